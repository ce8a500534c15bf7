/** Which volumes cameras write to, by the folders at their top. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { isCard } from '../../../src/main/cards/card-layout.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

it.each([
  ['DCIM', true],
  ['dcim/100CANON', true],
  ['PRIVATE/AVCHD/BDMV', true],
  ['private/m4root/clip', true],
  ['XDROOT/Clip', true],
  ['CONTENTS/CLIPS001', true],
  ['CONTENTS/CLIP', true],
  ['BPAV/CLPR', true],
  ['A001_1206AB.RDM', true],
  ['Pictures/DCIM', false],
  ['PRIVATE/letters', false],
  ['contents', false],
])('a volume with %s at its top is a card: %s', async (folders, expected) => {
  const top = temporaryFolder()
  mkdirSync(join(top, folders), { recursive: true })
  expect(await isCard(top)).toBe(expected)
})

it('a volume that cannot be read is none', async () => {
  expect(await isCard(join(temporaryFolder(), 'gone'))).toBe(false)
})
