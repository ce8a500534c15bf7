/** Builds a new EXIF block from an original's directories, for sources whose EXIF sharp does not copy (TIFF, HEIC). */
import type { Bytes } from '../bytes.ts'
import { tiffTags } from '../tiff/tags.ts'
import { entryBytes, type TiffEntry } from '../tiff/tiff-directory.ts'
import { readPhotoDirectories } from '../tiff/tiff-reader.ts'
import { headerBytes, TiffWriter } from '../tiff/tiff-writer.ts'

export interface ExifOptions {
  /** Pixels of the copy. */
  readonly width: number
  readonly height: number
  readonly keepLocation: boolean
}

/** The fields of a TIFF's first directory that describe the photo. The rest describe how its pixels are stored, or are kept elsewhere. */
const photoTags: ReadonlySet<number> = new Set([
  tiffTags.imageDescription,
  tiffTags.make,
  tiffTags.model,
  tiffTags.xResolution,
  tiffTags.yResolution,
  tiffTags.resolutionUnit,
  tiffTags.software,
  tiffTags.dateTime,
  tiffTags.artist,
  tiffTags.rating,
  tiffTags.ratingPercent,
  tiffTags.copyright,
  tiffTags.xpTitle,
  tiffTags.xpComment,
  tiffTags.xpAuthor,
  tiffTags.xpKeywords,
  tiffTags.xpSubject,
])
/** Fields of the EXIF directory that a copy has its own value for, or none. */
const droppedExifTags: ReadonlySet<number> = new Set([
  tiffTags.pixelXDimension,
  tiffTags.pixelYDimension,
  tiffTags.interoperabilityDirectory,
])
/** What a JPEG can hold in one piece, with room for what goes before it. */
export const maxBlockBytes = 65_000

/**
 * The block of an upright copy with its own size. Thumbnails are left out, and so is the maker note if the block would get
 * too long for a JPEG.
 * @param bytes the original: a TIFF file, or an EXIF block from its byte order mark on
 * @returns the block from its byte order mark on; null if there is no EXIF, or it is too long
 */
export async function buildExif(bytes: Bytes, options: ExifOptions): Promise<Buffer | null> {
  const directories = await readPhotoDirectories(bytes)
  const main = (await directories.main?.entries())?.filter(({ tag }) => photoTags.has(tag)) ?? []
  const exif = (await directories.exif?.entries())?.filter(({ tag }) => !droppedExifTags.has(tag)) ?? []
  const gps = options.keepLocation ? ((await directories.gps?.entries()) ?? []) : []
  if (directories.main === null || main.length + exif.length + gps.length === 0) return null
  const writer = new TiffWriter(directories.main.littleEndian)
  const complete = encodeBlock(writer, { main, exif, gps }, options)
  if (complete.length <= maxBlockBytes) return complete
  const withoutNote = exif.filter(({ tag }) => tag !== tiffTags.makerNote)
  const shorter = encodeBlock(writer, { main, exif: withoutNote, gps }, options)
  return shorter.length <= maxBlockBytes ? shorter : null
}

interface Entries {
  readonly main: readonly TiffEntry[]
  readonly exif: readonly TiffEntry[]
  readonly gps: readonly TiffEntry[]
}

function encodeBlock(
  writer: TiffWriter,
  { main, exif, gps }: Entries,
  { width, height }: ExifOptions,
): Buffer {
  const hasGps = gps.length > 0
  const mainEntries = [...main, writer.short(tiffTags.orientation, [1])]
  const exifEntries = [
    ...exif,
    writer.long(tiffTags.pixelXDimension, [width]),
    writer.long(tiffTags.pixelYDimension, [height]),
  ]
  // The pointers' own values fit into their entries, so that the main directory's length is known before its content.
  const pointerBytes = (hasGps ? 2 : 1) * entryBytes
  const exifOffset = headerBytes + writer.directory(mainEntries, 0).length + pointerBytes
  const exifDirectory = writer.directory(exifEntries, exifOffset)
  const gpsOffset = exifOffset + exifDirectory.length
  const pointers = [
    writer.long(tiffTags.exifDirectory, [exifOffset]),
    ...(hasGps ? [writer.long(tiffTags.gpsDirectory, [gpsOffset])] : []),
  ]
  return Buffer.concat([
    writer.header(headerBytes),
    writer.directory([...mainEntries, ...pointers], headerBytes),
    exifDirectory,
    ...(hasGps ? [writer.directory(gps, gpsOffset)] : []),
  ])
}
