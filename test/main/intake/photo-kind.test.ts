import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { photoKind } from '../../../src/main/intake/photo-kind.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { writePhoto } from '../images/photos.ts'

function kindOf(name: string, bytes: string | Buffer) {
  const sourcePath = join(temporaryFolder(), name)
  writeFileSync(sourcePath, bytes)
  return photoKind({ sourcePath, relativePath: `Wedding/${name}` })
}

describe('the kind of a file', () => {
  it.each(['jpeg', 'png', 'webp', 'tiff', 'avif'] as const)(
    'is its format where name and bytes agree: %s',
    async (format) => {
      const name = `IMG_1.${format.toUpperCase()}`
      const sourcePath = await writePhoto(temporaryFolder(), name, { format })
      expect(await photoKind({ sourcePath, relativePath: name })).toBe(format)
    },
  )

  it.each([
    ['IMG_1.CR3', 'II*\0', 'raw'],
    ['IMG_1.nef', 'MM\0*', 'raw'],
    ['IMG_1.dng', '', 'raw'],
    ['clip.MOV', '\xff\xd8\xff', 'video'],
    ['IMG_1.HEIC', '', 'mislabelled'],
    ['IMG_1.HEIC', '\xff\xd8\xff', 'mislabelled'],
    ['IMG_1.HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'heic'],
    ['IMG_1.HIF', '\0\0\0\x18ftypheix\0\0\0\0mif1heix', 'heic'],
    ['IMG_1.heif', '\0\0\0\x18ftypmif1\0\0\0\0mif1heic', 'heic'],
    ['IMG_1.heic', '\0\0\0\x18ftypmif1\0\0\0\0mif1avif', 'mislabelled'],
    ['IMG_1.avif', '\0\0\0\x18ftypmif1\0\0\0\0mif1avif', 'avif'],
    ['burst.avif', '\0\0\0\x18ftypavis\0\0\0\0msf1avis', 'avif'],
    ['IMG_1.heic', '\xff\xff\xff\xffftyp', 'mislabelled'],
    ['IMG_1.xmp', '\xff\xd8\xff', 'no-photo'],
    ['README', '\xff\xd8\xff', 'no-photo'],
    ['.jpg', '\xff\xd8\xff', 'no-photo'],
    ['page.jpg', '<html></html>', 'mislabelled'],
    ['empty.jpg', '', 'mislabelled'],
    ['scan.png', 'II*\0', 'mislabelled'],
    ['drawing.svg', '<svg/>', 'no-photo'],
  ])('of %s that begins with %j is %s', async (name, head, kind) => {
    expect(await kindOf(name, Buffer.from(head, 'latin1'))).toBe(kind)
  })

  it('is not found where the file is gone', async () => {
    const source = { sourcePath: join(temporaryFolder(), 'a.jpg'), relativePath: 'a.jpg' }
    await expect(photoKind(source)).rejects.toMatchObject({ code: 'source-missing' })
  })
})
