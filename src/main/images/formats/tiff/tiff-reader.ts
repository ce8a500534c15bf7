/** Finds the directories of a TIFF structure: TIFF files, EXIF blocks, and the RAW formats that are TIFF inside. Follows no loop. */
import { type Bytes, MalformedPhoto, valueIfMalformed } from '../bytes.ts'
import { tiffTags } from './tags.ts'
import {
  type DirectoryKind,
  type DirectoryPointer,
  readDirectory,
  type TiffDirectory,
} from './tiff-directory.ts'

const maxDirectories = 40
/** Plain TIFF, and the signatures that Panasonic and Olympus put in its place. */
const signatures = [42, 0x55, 0x4f52, 0x5352]

/**
 * All directories that can be reached, in the order in which they are met; a part that cannot be read is left out.
 * @throws MalformedPhoto when it is no TIFF structure at all
 */
export async function readDirectories(bytes: Bytes): Promise<TiffDirectory[]> {
  const { little, first } = await readHead(bytes)
  const found: TiffDirectory[] = []
  const seen = new Set<number>()
  const left: DirectoryPointer[] = [{ kind: 'image', offset: first }]
  for (let place = left.shift(); place && found.length < maxDirectories; place = left.shift()) {
    if (seen.has(place.offset)) continue
    seen.add(place.offset)
    const read = await readDirectory(bytes, little, place).catch(valueIfMalformed(null))
    if (read === null) continue
    found.push(read.directory)
    left.push(...(await placesIn(read.directory)))
    if (read.next !== 0 && place.kind === 'image') left.push({ kind: 'image', offset: read.next })
  }
  return found
}

/** The directories that speak of the photo itself; null for those that are not there. */
export interface PhotoDirectories {
  readonly main: TiffDirectory | null
  readonly shot: TiffDirectory | null
  readonly place: TiffDirectory | null
}

const nothing: PhotoDirectories = { main: null, shot: null, place: null }

/** @param bytes a whole TIFF file, or an EXIF block from its byte order mark on; what is neither has none of them */
export async function photoDirectories(bytes: Bytes): Promise<PhotoDirectories> {
  const head = await readHead(bytes).catch(valueIfMalformed(null))
  if (head === null) return nothing
  const read = async (kind: DirectoryKind, offset: number | null | undefined) => {
    if (!offset) return null
    const found = await readDirectory(bytes, head.little, { kind, offset }).catch(valueIfMalformed(null))
    return found?.directory ?? null
  }
  const main = await read('image', head.first)
  const pointer = (tag: number) => main?.number(tag).catch(valueIfMalformed(null))
  return {
    main,
    shot: await read('exif', await pointer(tiffTags.exifDirectory)),
    place: await read('gps', await pointer(tiffTags.gpsDirectory)),
  }
}

interface Head {
  readonly little: boolean
  /** Where the first directory lies. */
  readonly first: number
}

/** @throws MalformedPhoto when it is no TIFF structure */
async function readHead(bytes: Bytes): Promise<Head> {
  const head = await bytes.read(0, 8)
  const order = head.toString('latin1', 0, 2)
  const little = order === 'II'
  const signature = little ? head.readUInt16LE(2) : head.readUInt16BE(2)
  if ((!little && order !== 'MM') || !signatures.includes(signature)) throw new MalformedPhoto('no TIFF')
  return { little, first: little ? head.readUInt32LE(4) : head.readUInt32BE(4) }
}

const kindsNamed: readonly (readonly [tag: number, kind: DirectoryKind])[] = [
  [tiffTags.exifDirectory, 'exif'],
  [tiffTags.gpsDirectory, 'gps'],
  [tiffTags.interoperability, 'interoperability'],
]

/** One directory of each kind that is named, and any number of pictures. */
async function placesIn(directory: TiffDirectory): Promise<DirectoryPointer[]> {
  const places: DirectoryPointer[] = []
  for (const [tag, kind] of kindsNamed) {
    const offset = await directory.number(tag).catch(valueIfMalformed(null))
    if (offset !== null) places.push({ kind, offset })
  }
  const below = await directory.numbers(tiffTags.subDirectories).catch(valueIfMalformed([]))
  return [...places, ...below.map((offset) => ({ kind: 'image' as const, offset }))]
}
