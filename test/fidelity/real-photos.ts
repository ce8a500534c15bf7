/** A folder of photos as cameras, phones and editors write them, small unless a size is given; their metadata comes from exiftool. */
import { join } from 'node:path'
import type { ExifTool, WriteTags } from 'exiftool-vendored'
import sharp, { type Sharp } from 'sharp'
import { uncompressedTiff } from '../../src/main/images/formats/tiff/uncompressed-tiff.ts'
import { orientationProperties, withProperties } from '../heic/boxes.ts'
import { heic, writeHeic } from '../heic/heics.ts'
import { type SpaceName, spaces } from '../main/images/colour-chart.ts'
import { noise } from '../main/images/photos.ts'
import { writeRaw } from '../main/images/raw-files.ts'

export interface PhotoSize {
  readonly width: number
  readonly height: number
}

/** What a careful photographer's files say about themselves. */
const camera = {
  Make: 'Ferry',
  Model: 'F1 Mark II',
  LensModel: 'FE 50mm F1.2',
  DateTimeOriginal: '2024:05:01 10:11:12',
  OffsetTimeOriginal: '+02:00',
  ExposureTime: '1/250',
  FNumber: 1.2,
  ISO: 100,
  FocalLength: 50,
  Artist: 'Anna Núñez',
  Copyright: '© Anna Núñez',
  GPSLatitude: 51.5,
  GPSLatitudeRef: 'N',
  GPSLongitude: 0.125,
  GPSLongitudeRef: 'W',
} as const
const catalogue = {
  'XMP-xmp:Rating': 5,
  'XMP-dc:Description': 'The ferry at dawn – 渡船',
  'XMP-dc:Subject': ['ferry', 'dawn'],
} as const
const agency = { 'IPTC:Caption-Abstract': 'The ferry at dawn' } as const

/** Orientations from 1 to 8 each once. */
const orientations = [1, 2, 3, 4, 5, 6, 7, 8]

/** Writes the photos that presets convert. @returns their file names */
export async function writeRealPhotos(
  folder: string,
  exiftool: ExifTool,
  size: PhotoSize,
): Promise<string[]> {
  const written: string[] = []
  const add = async (name: string, image: Sharp, tags: object) => {
    const path = join(folder, name)
    await image.toFile(path)
    await exiftool.write(path, tags as WriteTags, { writeArgs: ['-overwrite_original'] })
    written.push(name)
  }
  const all = { ...camera, ...catalogue }
  for (const orientation of orientations) {
    const space: SpaceName = orientation % 2 === 0 ? 'Display P3' : 'Adobe RGB'
    const tags = { ...all, ...agency, 'Orientation#': orientation }
    await add(`camera-${orientation}.jpg`, picture(size, space, orientation).jpeg({ quality: 97 }), tags)
  }
  const editor = picture(size, 'Adobe RGB', 20).toColourspace('rgb16')
  await add('editor-16-bit.tif', editor.tiff({ compression: 'lzw' }), {
    ...all,
    ...agency,
    'Orientation#': 6,
  })
  const inks = picture(size, 'sRGB', 21).toColourspace('cmyk').withIccProfile('cmyk')
  await add('print-cmyk.jpg', inks.jpeg({ quality: 97 }), all)
  await add('export.png', picture(size, 'Display P3', 22).png(), all)
  await add('export.webp', picture(size, 'sRGB', 23).webp({ quality: 97 }), all)
  const phone = withProperties(heic('photo'), orientationProperties[5] ?? [])
  const path = writeHeic(folder, 'phone.heic', phone)
  await exiftool.write(path, all as unknown as WriteTags, { writeArgs: ['-overwrite_original'] })
  return [...written, 'phone.heic']
}

/** Writes RAW files, which are uploaded unchanged. @returns their file names */
export async function writeRawPhotos(folder: string): Promise<string[]> {
  const paths = await Promise.all(
    (['cr2', 'cr3', 'nef', 'dng'] as const).map((format) => writeRaw(folder, format)),
  )
  return paths.map((path) => path.slice(folder.length + 1))
}

function picture({ width, height }: PhotoSize, space: SpaceName, seed: number): Sharp {
  const described = { width, height, channels: 3, bits: 8, icc: spaces[space].icc } as const
  return sharp(uncompressedTiff(described, (raw) => raw.set(noise(width, height, seed)))).keepIccProfile()
}
