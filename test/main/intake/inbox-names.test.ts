import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { Inbox } from '../../../src/main/intake/inbox.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const nothing = { named: new Set<string>(), needed: new Set<string>() }

/** A copy that no list names, and the file with its name. */
function unlisted() {
  const stateDir = temporaryFolder()
  const inbox = new Inbox(stateDir)
  const copy = join(inbox.open('batch'), 'copy.jpg')
  writeFileSync(copy, 'bytes')
  inbox.nameCopy(copy, 'day 1/photo.jpg')
  const [name = ''] = readdirSync(join(stateDir, 'staging-names'))
  return { inbox, nameFile: join(stateDir, 'staging-names', name) }
}

it('knows what a copy is called that no list names', () => {
  const { inbox } = unlisted()
  expect(inbox.sweep(nothing).map(({ relativePath }) => relativePath)).toEqual(['day 1/photo.jpg'])
})

it.each([
  ['nothing', ''],
  ['zeros', '\0'.repeat(16)],
  ['its beginning', 'day 1/pho'],
  ['its beginning and zeros', 'day 1/pho\0\0\0\0\0\0\n'],
])('does not trust a name of which a power cut left %s', (_, left) => {
  const { inbox, nameFile } = unlisted()
  writeFileSync(nameFile, left)
  expect(inbox.sweep(nothing).map(({ relativePath }) => relativePath)).toEqual([null])
})
