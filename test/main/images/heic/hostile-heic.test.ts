import { describe, expect, it } from 'vitest'
import { announceSeed } from '../../../crossing/photo-folder.ts'
import { heic, writeHeic } from '../../../heic/heics.ts'
import { lyingHeics, randomHeics } from '../../../heic/hostile-heics.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob, aPool, unstopped } from '../image-pools.ts'

/** Far below the minute that an image may take: one that takes as long as this is stuck. */
const limits = { processes: 1, timeoutMs: 15_000, rssBytes: 512 << 20 }
const ofHeic = { sourceFormat: 'heic' } as const

/** Converts files one after another in one pool. @returns name -> result or problem */
async function outcomes(files: Iterable<readonly [string, Buffer]>) {
  const images = aPool(limits)
  const folder = temporaryFolder()
  const found: Record<string, string> = {}
  for (const [name, bytes] of files) {
    const result = await images.convert(aJob(writeHeic(folder, `${name}.heic`, bytes), ofHeic), unstopped)
    found[name] = result.kind === 'problem' ? result.problem : result.kind
  }
  return found
}

describe('a HEIC that lies', () => {
  it('is reported as such, and those that can be converted still are', async () => {
    const found = await outcomes([...lyingHeics(), ['whole', heic('photo')]])
    expect(found).toMatchObject({
      whole: 'made',
      'cut-5': 'damaged',
      'meta-without-end': 'damaged',
      'a-picture-of-65,535-by-65,535': expect.stringMatching(/too-many-pixels|damaged|out-of-memory/),
      'a-grid-of-itself': expect.stringMatching(/damaged|out-of-memory/),
      'a-grid-of-65,536-tiles': expect.stringMatching(/damaged|too-many-pixels|out-of-memory/),
    })
    const { whole, ...lies } = found
    expect(Object.values(lies)).not.toContain('timed-out')
    expect(Object.values(lies)).not.toContain('crashed')
  })

  it('at random is reported, too', async () => {
    const seed = announceSeed('hostile HEICs')
    const random = [...randomHeics(120, seed)].map((bytes, nth) => [`random-${nth}`, bytes] as const)
    const found = await outcomes([...random, ['whole', heic('photo')]])
    expect(found.whole).toBe('made')
    expect(Object.values(found)).not.toContain('timed-out')
  })
})
