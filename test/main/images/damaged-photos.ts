/** Photos of every format with all the metadata that they can hold, and damaged ones made from them; the same seed gives the same ones. */
import { readFileSync } from 'node:fs'
import { seeded } from '../../crossing/photo-folder.ts'
import { heic } from '../../heic/heics.ts'
import { chartNamedAdobeRgb } from './colour-chart.ts'
import { writePhoto } from './photos.ts'
import { type RawFormat, rawFile, rawFormats } from './raw-files.ts'

export interface DamagedPhoto {
  /** Which of its kind, such as `jpeg-17`. */
  readonly name: string
  readonly kind: string
  readonly bytes: Buffer
}

const encoded = ['jpeg', 'png', 'webp', 'tiff', 'avif'] as const
/** Numbers at the borders of what fields can say. */
const borders = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]

/** Kind -> an undamaged photo with profile, EXIF, location and XMP if the kind has them. @param folder for drafts */
export async function wholePhotos(folder: string): Promise<Map<string, Buffer>> {
  const whole = new Map<string, Buffer>()
  const size = { width: 90, height: 60 }
  for (const format of encoded) {
    const path = await writePhoto(folder, `whole.${format}`, { ...size, format, orientation: 6 })
    whole.set(format, readFileSync(path))
  }
  whole.set('adobe-rgb', await chartNamedAdobeRgb())
  for (const name of ['photo', 'meadow-with-thumbnail']) whole.set(`heic-${name}`, heic(name))
  for (const format of rawFormats) whole.set(format, await rawFile(format, size))
  return whole
}

export const isRaw = (kind: string): kind is RawFormat => (rawFormats as readonly string[]).includes(kind)

/** One of each kind per round. */
export function* damagedPhotos(
  whole: ReadonlyMap<string, Buffer>,
  rounds: number,
  seed: number,
): Generator<DamagedPhoto> {
  const random = seeded(seed)
  const below = (end: number) => Math.floor(random() * end)
  for (let round = 0; round < rounds; round++) {
    for (const [kind, photo] of whole) {
      const others = [...whole.values()]
      let bytes: Buffer = Buffer.from(photo)
      for (let damages = 1 + below(6); damages > 0; damages--) {
        bytes = damaged(bytes, others[below(others.length)] ?? photo, below)
      }
      yield { name: `${kind}-${round}`, kind, bytes }
    }
  }
}

/** @param donor of foreign bytes */
function damaged(bytes: Buffer, donor: Buffer, below: (end: number) => number): Buffer {
  // Structure stands at the beginning of most formats, and at the end of some.
  const near = Math.min(bytes.length, 4_000)
  const offset = [below(near), bytes.length - 1 - below(near), below(bytes.length)][below(3)] ?? 0
  const at = Math.max(0, Math.min(offset, bytes.length - 4))
  switch (below(8)) {
    case 0:
    case 1:
      bytes[at] = below(256)
      return bytes
    case 2:
      if (bytes.length >= 4) bytes.writeUInt32BE(borders[below(borders.length)] ?? 0, at)
      return bytes
    case 3:
      if (bytes.length >= 4) bytes.writeUInt32LE(borders[below(borders.length)] ?? 0, at)
      return bytes
    case 4:
      return bytes.subarray(0, at)
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + below(200))])
    case 6:
      return Buffer.concat([bytes.subarray(0, at + below(500)), bytes.subarray(at)])
    default: {
      const start = below(donor.length)
      return Buffer.concat([
        bytes.subarray(0, at),
        donor.subarray(start, start + below(1_000)),
        bytes.subarray(at),
      ])
    }
  }
}
