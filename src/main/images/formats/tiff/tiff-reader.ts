/** Finds the directories of a TIFF structure: in TIFF files, EXIF blocks, and RAW formats that are TIFF inside. Follows no loop. */
import { type Bytes, MalformedPhoto, valueIfMalformed } from '../bytes.ts'
import { tiffTags } from './tags.ts'
import {
  type DirectoryKind,
  type DirectoryPointer,
  readDirectory,
  type TiffDirectory,
} from './tiff-directory.ts'

/** Of one structure; what is behind them is not read. */
export const maxDirectories = 40
/** Plain TIFF, and the signatures that Panasonic and Olympus put in its place. */
const signatures = [42, 0x55, 0x4f52, 0x5352]
const bigSignature = 43

/**
 * All directories that can be reached, in the order in which they are found; parts that cannot be read are left out.
 * @throws MalformedPhoto if it is no TIFF structure at all
 */
export async function readDirectories(bytes: Bytes): Promise<TiffDirectory[]> {
  const { littleEndian, first, isBig } = await readHeader(bytes)
  const found: TiffDirectory[] = []
  const seen = new Set<number>()
  const pointers: DirectoryPointer[] = [{ kind: 'image', offset: first }]
  for (let next = pointers.shift(); next && found.length < maxDirectories; next = pointers.shift()) {
    if (seen.has(next.offset)) continue
    seen.add(next.offset)
    const read = await readDirectory(bytes, littleEndian, next, isBig).catch(valueIfMalformed(null))
    if (read === null) continue
    found.push(read.directory)
    pointers.push(...(await pointersIn(read.directory)))
    if (read.next !== 0 && next.kind === 'image') pointers.push({ kind: 'image', offset: read.next })
  }
  return found
}

/** The directories about the photo itself; null for those that are missing. */
export interface PhotoDirectories {
  readonly main: TiffDirectory | null
  readonly exif: TiffDirectory | null
  readonly gps: TiffDirectory | null
}

/** @param bytes a whole TIFF file, or an EXIF block from its byte order mark on; anything else has none of them */
export async function readPhotoDirectories(bytes: Bytes): Promise<PhotoDirectories> {
  const header = await readHeader(bytes).catch(valueIfMalformed(null))
  if (header === null) return { main: null, exif: null, gps: null }
  const read = async (kind: DirectoryKind, offset: number | null | undefined) => {
    if (!offset) return null
    const pointer = { kind, offset }
    const { littleEndian, isBig } = header
    const found = await readDirectory(bytes, littleEndian, pointer, isBig).catch(valueIfMalformed(null))
    return found?.directory ?? null
  }
  const main = await read('image', header.first)
  const offsetIn = (tag: number) => main?.number(tag).catch(valueIfMalformed(null))
  return {
    main,
    exif: await read('exif', await offsetIn(tiffTags.exifDirectory)),
    gps: await read('gps', await offsetIn(tiffTags.gpsDirectory)),
  }
}

interface TiffHeader {
  readonly littleEndian: boolean
  /** Offset of the first directory. */
  readonly first: number
  readonly isBig: boolean
}

/** @throws MalformedPhoto if it is no TIFF structure */
async function readHeader(bytes: Bytes): Promise<TiffHeader> {
  const header = await bytes.read(0, 8)
  const order = header.toString('latin1', 0, 2)
  const littleEndian = order === 'II'
  const signature = littleEndian ? header.readUInt16LE(2) : header.readUInt16BE(2)
  if (!littleEndian && order !== 'MM') throw new MalformedPhoto('no TIFF')
  if (signature === bigSignature) return readBigHeader(bytes, littleEndian)
  if (!signatures.includes(signature)) throw new MalformedPhoto('no TIFF')
  return { littleEndian, first: littleEndian ? header.readUInt32LE(4) : header.readUInt32BE(4), isBig: false }
}

/** Behind the signature: the width of offsets, which is always 8, a zero, and the first offset (libtiff's BigTIFF design). */
async function readBigHeader(bytes: Bytes, littleEndian: boolean): Promise<TiffHeader> {
  const header = await bytes.read(0, 16)
  const first = Number(littleEndian ? header.readBigUInt64LE(8) : header.readBigUInt64BE(8))
  return { littleEndian, first, isBig: true }
}

/** Whether a structure is a BigTIFF, in which nothing can be removed here. */
export function isBigTiff(tiff: Buffer): boolean {
  return /^(?:II\x2b\0|MM\0\x2b)/.test(tiff.toString('latin1', 0, 4))
}

const pointerTags: readonly (readonly [tag: number, kind: DirectoryKind])[] = [
  [tiffTags.exifDirectory, 'exif'],
  [tiffTags.gpsDirectory, 'gps'],
  [tiffTags.interoperabilityDirectory, 'interoperability'],
]

/** At most one directory of each other kind, and any number of pictures. */
async function pointersIn(directory: TiffDirectory): Promise<DirectoryPointer[]> {
  const pointers: DirectoryPointer[] = []
  for (const [tag, kind] of pointerTags) {
    const offset = await directory.number(tag).catch(valueIfMalformed(null))
    if (offset !== null) pointers.push({ kind, offset })
  }
  const pictures = await directory.numbers(tiffTags.subDirectories).catch(valueIfMalformed([]))
  return [...pointers, ...pictures.map((offset): DirectoryPointer => ({ kind: 'image', offset }))]
}
