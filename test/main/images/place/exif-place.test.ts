import { describe, expect, it } from 'vitest'
import { readEssentialExif } from '../../../../src/main/images/convert/essential-exif.ts'
import { bufferBytes } from '../../../../src/main/images/formats/bytes.ts'
import { readDirectories } from '../../../../src/main/images/formats/tiff/tiff-reader.ts'
import { exifPlace, removeExifPlace } from '../../../../src/main/images/place/exif-place.ts'
import { type Ifd, tiff } from '../tiff-builder.ts'

const latitude = [51, 1, 30, 1, 0, 1]
const gps: Ifd = {
  fields: [
    [0x0001, 2, 'N'],
    [0x0002, 5, latitude],
  ],
}
const named: Ifd['fields'][number] = [0x8825, 4, gps]
const maker: Ifd['fields'][number] = [0x010f, 2, 'Ferry']

describe.each([false, true])('the location in a TIFF structure (big endian: %s)', (big) => {
  it('is removed wherever a directory points to it, and nothing else is', async () => {
    const block = tiff({ fields: [maker, named], next: { fields: [maker, named] } }, { big })
    const length = block.length
    expect((await readEssentialExif(bufferBytes(block))).location).not.toBeNull()
    expect(await exifPlace(block)).toBe('told')
    await removeExifPlace(block)
    expect(await exifPlace(block)).toBe('none')
    expect(block.length).toBe(length)
    const directories = await readDirectories(bufferBytes(block))
    expect(directories.map(({ kind }) => kind)).toEqual(['image', 'image'])
    for (const directory of directories) expect(await directory.text(0x010f)).toBe('Ferry')
    expect(block.includes(Buffer.from(big ? [0, 0, 0, 51] : [51, 0, 0, 0]))).toBe(false)
  })

  it('is not reported as removed if there was none', async () => {
    const block = tiff({ fields: [maker] }, { big })
    const before = Buffer.from(block)
    expect(await exifPlace(block)).toBe('none')
    await removeExifPlace(block)
    expect(block).toEqual(before)
    expect(await exifPlace(Buffer.from('no EXIF at all'))).toBe('unknown')
  })
})
