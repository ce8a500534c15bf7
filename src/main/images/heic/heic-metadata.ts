/** Reads EXIF and XMP of a HEIC photo by libheif. */
import type { Libheif } from 'libheif-js/libheif-wasm/libheif-bundle.mjs'
import { ImageError } from '../image-error.ts'
import { assertDone, errorBytes } from './heif-error.ts'
import type { LibheifScope } from './wasm-memory.ts'

export interface HeicMetadata {
  /** From its byte order mark on; its orientation does not count, the decoded pixels are upright already. */
  readonly exif: Buffer | null
  readonly xmp: string | null
}

const maxMetadataBytes = 16 << 20

/**
 * @param handle libheif's image
 * @throws ImageError
 */
export function readHeicMetadata(library: Libheif, memory: LibheifScope, handle: number): HeicMetadata {
  const count = library._heif_image_handle_get_number_of_metadata_blocks(handle, 0)
  const ids = memory.lend(4 * Math.max(1, count))
  const found = library._heif_image_handle_get_list_of_metadata_block_IDs(handle, 0, ids, count)
  let exif: Buffer | null = null
  let xmp: string | null = null
  for (let index = 0; index < found; index++) {
    const id = memory.long(ids + 4 * index)
    const type = memory.text(library._heif_image_handle_get_metadata_type(handle, id))
    const content = library._heif_image_handle_get_metadata_content_type(handle, id)
    if (type === 'Exif') exif ??= tiffInItem(block(library, memory, handle, id))
    else if (memory.text(content) === 'application/rdf+xml') {
      xmp ??= block(library, memory, handle, id).toString('utf8')
    }
  }
  return { exif, xmp }
}

function block(library: Libheif, memory: LibheifScope, handle: number, id: number): Buffer {
  const size = library._heif_image_handle_get_metadata_size(handle, id)
  if (size > maxMetadataBytes) throw new ImageError('damaged', `${size} bytes of metadata`)
  const [error, at] = [memory.lend(errorBytes), memory.lend(Math.max(1, size))]
  library._heif_image_handle_get_metadata(error, handle, id, at)
  assertDone(memory, error)
  return memory.copy(at, size)
}

/** An Exif item begins with the distance from its first 4 bytes to the TIFF header (ISO/IEC 23008-12, A.2.1). */
function tiffInItem(item: Buffer): Buffer | null {
  const start = item.length > 4 ? 4 + item.readUInt32BE(0) : item.length
  return start < item.length ? item.subarray(start) : null
}
