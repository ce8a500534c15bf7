/** RAW files that are TIFF structures, as most are: their previews, and what Panasonic and Phase One say of the sensor. */
import { type Bytes, MalformedPhoto, valueIfMalformed } from '../bytes.ts'
import { type PixelSize, sizeOf } from '../pixel-size.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'
import { readDirectories } from '../tiff/tiff-reader.ts'
import { type RawContainer, slices } from './raw-container.ts'
import { findPreviews } from './raw-previews.ts'
import { rgbPreview } from './rgb-previews.ts'

/** @throws MalformedPhoto if it is no TIFF structure */
export async function openTiffRaw(bytes: Bytes): Promise<RawContainer> {
  const directories = await readDirectories(bytes)
  const jpegs = slices(bytes, await findPreviews(bytes, directories))
  const sensor = (await panasonicSensor(bytes, directories)) ?? (await phaseOneSensor(bytes))
  return { jpegs, directories, sensor, rgb: await rgbPreview(bytes, directories) }
}

/** Panasonic's signature in place of 42, and its fields for the borders of the picture on the sensor. */
const panasonicSignature = 0x55
const panasonicBorders = { top: 4, left: 5, bottom: 6, right: 7 } as const

async function panasonicSensor(
  bytes: Bytes,
  directories: readonly TiffDirectory[],
): Promise<PixelSize | null> {
  const [main] = directories
  const head = await bytes.read(0, 4)
  if (main === undefined || head.readUInt16LE(2) !== panasonicSignature) return null
  const border = async (tag: number) => (await main.number(tag).catch(valueIfMalformed(null))) ?? 0
  const width = (await border(panasonicBorders.right)) - (await border(panasonicBorders.left))
  const height = (await border(panasonicBorders.bottom)) - (await border(panasonicBorders.top))
  return sizeOf(width, height)
}

/** Phase One's own block (exiftool's PhaseOne): byte order twice, `Raw`, where its directory is, and the fields of the size. */
const phaseOneSignature = /IIII.waR|MMMMRaw./s
const phaseOneTags = { width: 0x010c, height: 0x010d } as const
const phaseOneEntryBytes = 16
const maxPhaseOneFields = 500
/** The signature lies near the start of the file. */
const phaseOneHeadBytes = 40

async function phaseOneSensor(bytes: Bytes): Promise<PixelSize | null> {
  const head = await bytes.read(0, Math.min(phaseOneHeadBytes, bytes.size))
  const base = head.toString('latin1').search(phaseOneSignature)
  if (base < 0 || base + 12 > head.length) return null
  const little = head[base] === 'I'.charCodeAt(0)
  const u32 = (raw: Buffer, at: number) => (little ? raw.readUInt32LE(at) : raw.readUInt32BE(at))
  const directory = base + u32(head, base + 8)
  const read = async () => {
    const count = u32(await bytes.read(directory, 4), 0)
    if (count > maxPhaseOneFields) throw new MalformedPhoto(`${count} fields`)
    return bytes.read(directory + 8, count * phaseOneEntryBytes)
  }
  const entries = await read().catch(valueIfMalformed(Buffer.alloc(0)))
  const found = new Map<number, number>()
  for (let at = 0; at < entries.length; at += phaseOneEntryBytes) {
    found.set(u32(entries, at), u32(entries, at + 12))
  }
  return sizeOf(found.get(phaseOneTags.width), found.get(phaseOneTags.height))
}
