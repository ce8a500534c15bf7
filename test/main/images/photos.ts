/** Photos for tests, made with sharp: small, but with all the metadata that a camera writes. */
import { join } from 'node:path'
import exifReader, { type Exif } from 'exif-reader'
import sharp from 'sharp'

/** Red on the left, green on top: each corner has another colour, which shows every orientation. */
export function pixels(width: number, height: number): Buffer {
  const raw = Buffer.alloc(width * height * 3, 128)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3
      raw[at] = x < width / 2 ? 230 : 20
      raw[at + 1] = y < height / 2 ? 230 : 20
    }
  }
  return raw
}

/** Pixels that do not compress well, as in a forest; the same seed gives the same ones. */
export function noise(width: number, height: number, seed = 1): Buffer {
  const raw = Buffer.allocUnsafe(width * height * 3)
  let state = seed
  for (let at = 0; at < raw.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    raw[at] = (Math.sin(at / 9000) + 1) * 100 + ((state >> 16) % 50)
  }
  return raw
}

const xmp = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmp:Rating="5" exif:GPSLatitude="51,30.0N"><exif:GPSLongitude>0,7.5W</exif:GPSLongitude></rdf:Description>
</rdf:RDF></x:xmpmeta><?xpacket end="w"?>`

const exif = {
  IFD0: { Make: 'Ferry', Copyright: 'Anna' },
  IFD2: { DateTimeOriginal: '2024:05:01 10:11:12' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '51/1 30/1 0/1',
    GPSLongitudeRef: 'W',
    GPSLongitude: '0/1 7/1 30/1',
  },
}

export interface PhotoOptions {
  readonly width?: number
  readonly height?: number
  /** EXIF orientation, 1 to 8. */
  readonly orientation?: number
  readonly raw?: Buffer
  readonly format?: 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif'
}

/** Writes a photo with EXIF, GPS, XMP and the Display P3 profile. @returns its absolute path */
export async function writePhoto(folder: string, name: string, options: PhotoOptions = {}): Promise<string> {
  const { width = 300, height = 200, orientation = 1, format = 'jpeg' } = options
  const path = join(folder, name)
  await sharp(options.raw ?? pixels(width, height), { raw: { width, height, channels: 3 } })
    .withMetadata({ orientation, exif })
    .withXmp(xmp)
    .withIccProfile('p3')
    .toFormat(format, format === 'png' ? { compressionLevel: 1 } : { quality: 95 })
    .toFile(path)
  return path
}

/** What a reader other than the writer finds in an image. */
export async function look(image: string | Buffer) {
  const facts = await sharp(image).metadata()
  const tags: Exif | null = facts.exif ? exifReader(facts.exif) : null
  return { ...facts, tags, xmp: facts.xmp?.toString() ?? '' }
}

/** The colours of an image's corners: top left, top right, bottom left, bottom right; `RG` where red and green are strong. */
export async function corners(image: string): Promise<string[]> {
  const { data, info } = await sharp(image).keepIccProfile().raw().toBuffer({ resolveWithObject: true })
  const name = (x: number, y: number) => {
    const at = (y * info.width + x) * info.channels
    return `${(data[at] ?? 0) > 128 ? 'R' : '-'}${(data[at + 1] ?? 0) > 128 ? 'G' : '-'}`
  }
  const [right, bottom] = [info.width - 3, info.height - 3]
  return [name(2, 2), name(right, 2), name(2, bottom), name(right, bottom)]
}
