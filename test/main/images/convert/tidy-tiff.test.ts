/** TIFF files of whose fields a decoder warns, although nothing is wrong with their pixels. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { aJob, sharedPool, unstopped } from '../image-pools.ts'
import { corners, look, pixels } from '../photos.ts'
import { upright } from '../thumbnails/a-thumbnail.ts'
import { Blob, type Ifd, type LaidField, tiff } from '../tiff-builder.ts'

const [width, height] = [60, 40]
const picture: readonly LaidField[] = [
  [0x0100, 3, [width]],
  [0x0101, 3, [height]],
  [0x0102, 3, [8, 8, 8]],
  [0x0103, 3, [1]],
  [0x0106, 3, [2]],
  [0x0111, 4, new Blob(pixels(width, height))],
  [0x0115, 3, [3]],
  [0x0116, 3, [height]],
  [0x0117, 4, [width * height * 3]],
]
const exif: LaidField = [0x8769, 4, { fields: [[0x9003, 2, '2024:05:01 10:11:12']] }]

async function convert(file: Buffer) {
  const path = join(temporaryFolder(), 'scan.tif')
  writeFileSync(path, file)
  const job = aJob(path, { sourceFormat: 'tiff', quality: 0.95 })
  return { path, job, result: await sharedPool.convert(job, unstopped) }
}

const withFields = (fields: readonly LaidField[], next?: Ifd) =>
  tiff({ fields: [...picture, ...fields], ...(next && { next }) })

describe('a TIFF whose fields are warned of', () => {
  it.each([
    ['are not sorted', [[0x010f, 2, 'Ferry'], exif]],
    ['stand twice', [exif, [0x0100, 3, [width]], [0x010f, 2, 'Ferry']]],
    ['hold a text without an end', [[0x010e, 2, Buffer.from('no end')], [0x010f, 2, 'Ferry'], exif]],
  ] as const satisfies readonly (readonly [string, readonly LaidField[]])[])(
    'is converted, with its metadata, although its fields %s',
    async (_what, fields) => {
      const { path, job, result } = await convert(withFields(fields))
      // The premise: the decoder is not content.
      await expect(sharp(path, { failOn: 'warning' }).png().toBuffer()).rejects.toThrow()
      expect(result).toMatchObject({ kind: 'made' })
      expect(await corners(job.targetPath)).toEqual(upright)
      const { tags } = await look(job.targetPath)
      expect(tags?.Image?.Make).toBe('Ferry')
      expect(tags?.Photo?.DateTimeOriginal).toEqual(new Date('2024-05-01T10:11:12Z'))
    },
  )

  it('keeps its original where the pixels are damaged, or pages would be lost', async () => {
    const unsorted: LaidField[] = [[0x010f, 2, 'Ferry']]
    const whole = withFields(unsorted)
    const cut = Buffer.from(whole)
    // The strip lies behind the file's end.
    const strip = cut.indexOf(Buffer.from([0x11, 0x01, 4, 0, 1, 0, 0, 0]))
    cut.writeUInt32LE(whole.length - 100, strip + 8)
    expect((await convert(cut)).result).toMatchObject({ kind: 'problem' })
    const pages = withFields(unsorted, { fields: picture })
    expect((await convert(pages)).result).toMatchObject({ kind: 'problem' })
  })
})
