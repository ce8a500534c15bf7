import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob, sharedPool, unstopped } from '../image-pools.ts'
import { type Kind, moreThanAStill } from '../more-than-a-still.ts'
import { look } from '../photos.ts'

async function convert({ format, bytes }: Kind, extras: 'keep' | 'keep-motion' | 'leave-out') {
  const path = join(temporaryFolder(), 'photo')
  writeFileSync(path, await bytes())
  const result = await sharedPool.convert(aJob(path, { sourceFormat: format, extras }), unstopped)
  return { result, path: `${path}.copy` }
}

function answerTo(expected: readonly string[] | string) {
  return typeof expected === 'string'
    ? { kind: 'problem', problem: expected }
    : { kind: 'made', leftOut: expected }
}

describe.each(Object.entries(moreThanAStill))('%s', (_name, kind) => {
  it('is kept, or what its copy lacks is said', async () => {
    expect((await convert(kind, 'keep-motion')).result).toMatchObject(answerTo(kind.byDefault))
    const keptWhole =
      kind.byDefault === 'several-images' ? kind.byDefault : kind.byDefault.length > 0 ? 'has-extras' : []
    expect((await convert(kind, 'keep')).result).toMatchObject(answerTo(keptWhole))
  })

  it('leaves nothing in the copy that points at what is gone', async () => {
    const { result, path } = await convert(kind, 'leave-out')
    expect(result).toMatchObject(answerTo(kind.leftOut))
    if (result.kind !== 'made') return
    const { xmp, pages = 1 } = await look(path)
    expect(xmp).not.toMatch(/(?<!xmlns:)(?:GCamera|Container|Item|hdrgm|GDepth):\w/)
    if (xmp !== '') expect(xmp).toMatch(/xmp:Rating="[45]"/)
    expect(pages).toBe(1)
  })
})
