/**
 * Canon's CRW of before 2005: a heap of records (CIFF 1.0, revision 4). A heap ends with its directory, and a record may be a
 * heap again. Names and meanings of the records are those of exiftool's CanonRaw.
 */
import { type Bytes, MalformedPhoto, valueIfMalformed, within } from '../bytes.ts'
import { sizeOf } from '../pixel-size.ts'
import { clockTime, orientationOf, type RawContainer, type StatedFacts } from './raw-container.ts'

/** Behind the byte order and the length of the head. */
export const ciffSignature = 'HEAPCCDR'

/** Type of a record without its two bits for where the value is. */
const records = {
  makeModel: 0x080a,
  serial: 0x180b,
  baseIso: 0x101c,
  imageInfo: 0x1810,
  exposureInfo: 0x1818,
  timeStamp: 0x180e,
  jpeg: 0x2007,
  thumbnail: 0x2008,
} as const
/** The bits of a type that say: the value stands in the directory's entry; or: it is a heap. */
const placeBits = 0xc000
const inEntry = 0x4000
const kindBits = 0x3800
const heapKinds = [0x2800, 0x3000]

const entryBytes = 10
const maxRecords = 500
const maxDepth = 5
/** Of a record that is read whole. */
const maxValueBytes = 1_000

export async function openCrw(bytes: Bytes): Promise<RawContainer> {
  const head = await bytes.read(0, 6)
  const little = head.toString('latin1', 0, 2) === 'II'
  const start = little ? head.readUInt32LE(2) : head.readUInt32BE(2)
  if (start >= bytes.size) throw new MalformedPhoto('a heap behind the file')
  const found = new Map<number, Bytes>()
  await readHeap(within(bytes, { offset: start, length: bytes.size - start }), little, found, 1)
  const jpegs = [records.thumbnail, records.jpeg].flatMap((record) => found.get(record) ?? [])
  const value = async (record: number) => {
    const at = found.get(record)
    return at ? at.read(0, Math.min(at.size, maxValueBytes)).catch(valueIfMalformed(null)) : null
  }
  const info = numbersIn(await value(records.imageInfo), little)
  const sensor = sizeOf(info.long(0), info.long(4))
  return { jpegs, directories: [], sensor, stated: await statedBy(value, little) }
}

/** Adds the records of a heap to `found`, the first of each type. */
async function readHeap(
  heap: Bytes,
  little: boolean,
  found: Map<number, Bytes>,
  depth: number,
): Promise<void> {
  const u16 = (raw: Buffer, at: number) => (little ? raw.readUInt16LE(at) : raw.readUInt16BE(at))
  const u32 = (raw: Buffer, at: number) => (little ? raw.readUInt32LE(at) : raw.readUInt32BE(at))
  if (heap.size < 6) return
  const directory = u32(await heap.read(heap.size - 4, 4), 0)
  const count = u16(await heap.read(directory, 2), 0)
  if (count > maxRecords) throw new MalformedPhoto(`${count} records`)
  const entries = await heap.read(directory + 2, count * entryBytes)
  for (let at = 0; at < entries.length && found.size < maxRecords; at += entryBytes) {
    const type = u16(entries, at)
    const isInEntry = (type & placeBits) === inEntry
    // The value of an entry is where its length and offset would be.
    const span = isInEntry
      ? { offset: directory + 2 + at + 2, length: 8 }
      : { length: u32(entries, at + 2), offset: u32(entries, at + 6) }
    if (span.offset >= heap.size) continue
    const content = within(heap, span)
    if (!isInEntry && heapKinds.includes(type & kindBits)) {
      if (depth < maxDepth)
        await readHeap(content, little, found, depth + 1).catch(valueIfMalformed(undefined))
    } else if (!found.has(type & ~placeBits)) {
      found.set(type & ~placeBits, content)
    }
  }
}

async function statedBy(
  value: (record: number) => Promise<Buffer | null>,
  little: boolean,
): Promise<StatedFacts> {
  const [make, model] = (await value(records.makeModel))?.toString('latin1').split('\0') ?? []
  const rotation = numbersIn(await value(records.imageInfo), little).signed(12)
  const seconds = numbersIn(await value(records.timeStamp), little).long(0)
  const exposure = numbersIn(await value(records.exposureInfo), little)
  const iso = numbersIn(await value(records.baseIso), little).short(0)
  const serial = numbersIn(await value(records.serial), little).long(0)
  const [shutterValue, apertureValue] = [exposure.float(4), exposure.float(8)]
  return {
    make: make || undefined,
    model: model || undefined,
    serial: serial ? String(serial) : undefined,
    takenAt: clockTime(seconds ?? 0),
    orientation: orientationOf(rotation ?? 0),
    iso: iso || undefined,
    // APEX values (EXIF 3.0, annex C): each step halves the time or the light.
    exposureSeconds: shutterValue === null ? undefined : 2 ** -shutterValue,
    aperture: apertureValue === null ? undefined : 2 ** (apertureValue / 2),
  }
}

/** Numbers of a record by their offset; null where it is too short, or no number. */
function numbersIn(raw: Buffer | null, little: boolean) {
  const view = raw && new DataView(raw.buffer, raw.byteOffset, raw.length)
  const has = (at: number, length: number) => view !== null && at + length <= view.byteLength
  return {
    short: (at: number) => (has(at, 2) ? (view?.getUint16(at, little) ?? null) : null),
    long: (at: number) => (has(at, 4) ? (view?.getUint32(at, little) ?? null) : null),
    signed: (at: number) => (has(at, 4) ? (view?.getInt32(at, little) ?? null) : null),
    float: (at: number) => {
      const number = has(at, 4) ? view?.getFloat32(at, little) : undefined
      return number !== undefined && Number.isFinite(number) && Math.abs(number) < 40 ? number : null
    },
  }
}
