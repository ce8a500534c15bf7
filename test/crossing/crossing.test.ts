import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { announceSeed, fingerprint, makePhotoFolder, seeded } from './photo-folder.ts'
import { serve, upload } from './programs.ts'

const largest = Number(process.env.PHOTOFERRY_LARGEST ?? 40 << 20)

describe('the crossing of a folder', () => {
  it('brings 300 files of every name and size over, identical and under the same paths, and sends nothing twice', async () => {
    const random = seeded(announceSeed('crossing'))
    const folder = temporaryFolder()
    const bytesTotal = makePhotoFolder(join(folder, 'source', 'wedding 婚礼'), 300, largest, random)
    const server = await serve(join(folder, 'data'))
    const source = join(folder, 'source', 'wedding 婚礼')

    const first = await upload([source], server, join(folder, 'state')).result
    expect(first.stderr).toContain('299 of 300 files are stored on the server. Not stored: 1 empty.')
    expect(first.summary).toMatchObject({
      dropped: 300,
      done: 299,
      empty: 1,
      failed: 0,
      skipped: 0,
      bytesTotal,
      bytesSent: bytesTotal,
    })
    // One of them has no byte in it: somebody should check the card.
    expect(first.exitCode).toBe(1)
    expect(fingerprint(join(folder, 'data', 'uploads'))).toEqual(fingerprint(join(folder, 'source')))

    const second = await upload([source], server, join(folder, 'state')).result
    expect(second.summary).toMatchObject({ done: 299, empty: 1, failed: 0, bytesSent: 0 })
    expect(second.exitCode).toBe(1)

    const fromElsewhere = await upload([source], server, join(folder, 'another-state')).result
    expect(fromElsewhere.summary).toMatchObject({ done: 299, empty: 1, failed: 0, bytesSent: 0 })
    expect(fingerprint(join(folder, 'data', 'uploads'))).toEqual(fingerprint(join(folder, 'source')))
  }, 240_000)
})
