/** Reads EXIF and XMP of a HEIC photo with libheif. */
import { ImageError } from '../image-error.ts'
import type { LibheifScope } from './libheif-scope.ts'

export interface HeicMetadata {
  /** From its byte order mark on. Its orientation does not count: the decoded pixels are upright already. */
  readonly exif: Buffer | null
  readonly xmp: string | null
}

const maxMetadataBytes = 16 << 20

/**
 * @param handle libheif's image
 * @throws ImageError
 */
export function readHeicMetadata(libheif: LibheifScope, handle: number): HeicMetadata {
  const { library } = libheif
  const count = library._heif_image_handle_get_number_of_metadata_blocks(handle, 0)
  const ids = libheif.allocate(4 * Math.max(1, count))
  const found = library._heif_image_handle_get_list_of_metadata_block_IDs(handle, 0, ids, count)
  let exif: Buffer | null = null
  let xmp: string | null = null
  for (let index = 0; index < found; index++) {
    const id = libheif.long(ids + 4 * index)
    const type = libheif.text(library._heif_image_handle_get_metadata_type(handle, id))
    const contentType = libheif.text(library._heif_image_handle_get_metadata_content_type(handle, id))
    if (type === 'Exif') exif ??= tiffInItem(readBlock(libheif, handle, id))
    else if (contentType === 'application/rdf+xml') xmp ??= readBlock(libheif, handle, id).toString('utf8')
  }
  return { exif, xmp }
}

function readBlock(libheif: LibheifScope, handle: number, id: number): Buffer {
  const size = libheif.library._heif_image_handle_get_metadata_size(handle, id)
  if (size > maxMetadataBytes) throw new ImageError('damaged', `${size} bytes of metadata`)
  const data = libheif.allocate(Math.max(1, size))
  libheif.library._heif_image_handle_get_metadata(libheif.error, handle, id, data)
  libheif.assertOk()
  return libheif.copy(data, size)
}

/** The first 4 bytes of an Exif item are the distance from there to the TIFF header (ISO/IEC 23008-12, A.2.1). */
export function tiffInItem(item: Buffer): Buffer | null {
  const start = item.length > 4 ? 4 + item.readUInt32BE(0) : item.length
  return start < item.length ? item.subarray(start) : null
}
