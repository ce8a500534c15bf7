import { join } from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { checkCopy, type ExpectedCopy } from '../../../../src/main/images/convert/check-copy.ts'
import { essentialExifIn } from '../../../../src/main/images/convert/essential-exif.ts'
import { temporaryFolder } from '../../../temporary-folder.ts'
import { look, writePhoto } from '../photos.ts'

const whole = (photo: string) => sharp(photo).keepMetadata()

/** Checks what `change` turns a photo into. */
async function checked(change: (photo: string) => Sharp, expect: Partial<ExpectedCopy> = {}) {
  const folder = temporaryFolder()
  const photo = await writePhoto(folder, 'photo.jpg')
  const { icc = null, exif, xmp, width, height } = await look(photo)
  const told = await essentialExifIn(exif)
  const path = join(folder, 'copy.jpg')
  await change(photo).toFile(path)
  return checkCopy(path, { width, height, profile: icc, exif: told, xmp, ...expect })
}

describe('the check of a copy', () => {
  it('accepts a copy that has everything', async () => {
    await expect(checked(whole)).resolves.toBeUndefined()
  })

  it.each([
    ['rotated', (photo: string) => whole(photo).withMetadata({ orientation: 6 }), /size or orientation/],
    [
      'cropped',
      (photo: string) => whole(photo).extract({ left: 0, top: 0, width: 150, height: 200 }),
      /size or orientation/,
    ],
    ['without its profile', (photo: string) => sharp(photo).keepExif().keepXmp(), /colour profile/],
    ['in another profile', (photo: string) => whole(photo).withIccProfile('srgb'), /colour profile/],
    [
      'without its EXIF',
      (photo: string) => sharp(photo).keepIccProfile().keepXmp(),
      /make, takenAt, location/,
    ],
    [
      'from another day',
      (photo: string) => whole(photo).withExifMerge({ IFD2: { DateTimeOriginal: '2020:01:01 00:00:00' } }),
      /takenAt/,
    ],
    [
      'without its rating',
      (photo: string) => whole(photo).withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'),
      /XMP/,
    ],
  ])('rejects one that is %s', async (_what, change, words) => {
    await expect(checked(change)).rejects.toMatchObject({
      problem: 'not-faithful',
      message: expect.stringMatching(words),
    })
  })

  it('rejects one that still has the location that was to be removed', async () => {
    const exif = { make: 'Ferry', model: null, lens: null, takenAt: '2024:05:01 10:11:12', location: null }
    await expect(checked(whole, { exif })).rejects.toMatchObject({ problem: 'not-faithful' })
  })
})
