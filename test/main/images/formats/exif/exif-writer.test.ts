import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { essentialExifIn } from '../../../../../src/main/images/convert/essential-exif.ts'
import { bufferBytes } from '../../../../../src/main/images/formats/bytes.ts'
import { tiffInExif } from '../../../../../src/main/images/formats/exif/embedded-exif.ts'
import { buildExif } from '../../../../../src/main/images/formats/exif/exif-writer.ts'
import { temporaryFolder } from '../../../../temporary-folder.ts'
import { writePhoto } from '../../photos.ts'

const asked = { width: 30, height: 20, keepLocation: true }

async function aBlock(): Promise<Buffer> {
  const { exif } = await sharp(await writePhoto(temporaryFolder(), 'a.jpg')).metadata()
  return tiffInExif(exif ?? Buffer.alloc(0))
}

describe('a new EXIF block', () => {
  it('says what the original says, and stays the same when it is built from itself', async () => {
    const block = await aBlock()
    const once = (await buildExif(bufferBytes(block), asked)) ?? Buffer.alloc(0)
    expect(await essentialExifIn(once)).toEqual(await essentialExifIn(block))
    expect(await essentialExifIn(once)).toMatchObject({ make: 'Ferry', takenAt: '2024:05:01 10:11:12' })
    expect(await buildExif(bufferBytes(once), asked)).toEqual(once)
    const withoutLocation = await buildExif(bufferBytes(block), { ...asked, keepLocation: false })
    expect(await essentialExifIn(withoutLocation)).toEqual({
      ...(await essentialExifIn(block)),
      location: null,
    })
  })

  it('is missing or small, whatever a lying original says', async () => {
    const block = await aBlock()
    const lie = fc.record({ at: fc.nat(block.length - 1), value: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(lie, { minLength: 1, maxLength: 12 }), async (lies) => {
        const lying = Buffer.from(block)
        for (const { at, value } of lies) lying.writeUInt8(value, at)
        const copy = await buildExif(bufferBytes(lying), asked)
        expect(copy?.length ?? 0).toBeLessThanOrEqual(65_000)
        if (copy) expect(await essentialExifIn(copy)).toEqual(await essentialExifIn(lying))
      }),
      { numRuns: 2_000 },
    )
  })
})
