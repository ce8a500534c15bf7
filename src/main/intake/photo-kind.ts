/** What a file is, by its name and its first bytes: where the two disagree it is not converted. */
import { kindOf } from '../../shared/file-kinds.ts'
import { type PhotoFormat, photoFormats } from '../../shared/presets.ts'
import { openSource, type SourceRef } from './source-file.ts'

/** A format means a picture that can be decoded here. */
export type PhotoKind = PhotoFormat | 'raw' | 'video' | 'mislabelled' | 'no-photo'

/** Enough for the brands that a HEIC or AVIF file names at its beginning. */
const headBytes = 64
/** Brands of pictures in HEVC; `mif1` leaves it open and other brands decide. */
const heicBrands = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']

/**
 * @returns the kind; the file's bytes are read only where its name says that it is a picture
 * @throws UploadError as `openSource`
 */
export async function photoKind(source: SourceRef): Promise<PhotoKind> {
  const { group, format } = kindOf(source.relativePath)
  if (format === null) return group === 'raw' || group === 'video' ? group : 'no-photo'
  return formatOf(await readHead(source)) === format ? format : 'mislabelled'
}

export function isPhotoFormat(kind: PhotoKind): kind is PhotoFormat {
  return (photoFormats as readonly PhotoKind[]).includes(kind)
}

async function readHead(source: SourceRef): Promise<Buffer> {
  const handle = await openSource(source)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(headBytes), 0, headBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** By the signatures that the formats' standards define. */
function formatOf(head: Buffer): PhotoFormat | null {
  const text = head.toString('latin1')
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp'
  // With a plus sign: BigTIFF.
  if (/^(?:II[*+]\0|MM\0[*+])/.test(text)) return 'tiff'
  const brands = text.slice(4, 8) === 'ftyp' ? brandsOf(head) : []
  if (brands.includes('avif') || brands.includes('avis')) return 'avif'
  return brands.some((brand) => heicBrands.includes(brand)) ? 'heic' : null
}

/** The major brand and the compatible ones, as far as they are in the head. */
function brandsOf(head: Buffer): string[] {
  const end = Math.min(head.readUInt32BE(0), head.length)
  const brands: string[] = []
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12) brands.push(head.toString('latin1', at, at + 4))
  return brands
}
