/** Decodes a HEIC photo with libheif: upright pixels with the profile that explains them, and its metadata. Runs in heic-thread.ts. */
import type { Libheif } from 'libheif-js/libheif-wasm/libheif-bundle.mjs'
import { heicProfile } from './heic-profile.ts'
import { ImageRefusal, mostPixels } from './image-refusal.ts'
import { plainTiff } from './plain-tiff.ts'
import { WasmMemory } from './wasm-memory.ts'

export interface DecodedHeic {
  /** An uncompressed TIFF, turned as it is to be seen, with its ICC profile; 8 bits, whatever the source had. */
  readonly tiff: Buffer<ArrayBuffer>
  /** From its byte order mark on; its orientation does not count, the pixels are upright already. */
  readonly exif: Buffer | null
  readonly xmp: string | null
}

/** heif_colorspace, heif_chroma and heif_channel of libheif's heif_image.h. */
const rgb = 1
const chromaOf = { 3: 10, 4: 11 } as const
const interleaved = 10
/** Bytes of a heif_error. */
const errorBytes = 12
/** heif_decoding_options, version 3: bytes at these places are switches. */
const options = { to8Bits: 20, strict: 21 } as const
const longestMetadata = 16 << 20

/**
 * @param file the whole file
 * @throws ImageRefusal; anything else leaves the library in an unknown state
 */
export function decodeHeic(library: Libheif, file: Buffer): DecodedHeic {
  const memory = new WasmMemory(library)
  try {
    return new HeicFile(library, memory, file).decode()
  } finally {
    memory.release()
  }
}

class HeicFile {
  readonly #library: Libheif
  readonly #memory: WasmMemory
  readonly #error: number
  /** Where libheif writes the addresses that it answers. */
  readonly #answer: number
  readonly #handle: number

  constructor(library: Libheif, memory: WasmMemory, file: Buffer) {
    this.#library = library
    this.#memory = memory
    this.#error = memory.lend(errorBytes)
    this.#answer = memory.lend(4)
    const bytes = memory.lend(file.length)
    memory.write(bytes, file)
    const context = library._heif_context_alloc()
    memory.owe(() => library._heif_context_free(context))
    library._heif_context_read_from_memory_without_copy(this.#error, context, bytes, file.length, 0)
    this.#check()
    const pictures = library._heif_context_get_number_of_top_level_images(context)
    // A copy holds one picture: the others of a burst or a stereo pair would be lost.
    if (pictures > 1) throw new ImageRefusal('several-images', `${pictures} pictures`)
    library._heif_context_get_primary_image_handle(this.#error, context, this.#answer)
    this.#check()
    const handle = memory.long(this.#answer)
    this.#handle = handle
    memory.owe(() => library._heif_image_handle_release(handle))
  }

  decode(): DecodedHeic {
    const library = this.#library
    const width = library._heif_image_handle_get_width(this.#handle)
    const height = library._heif_image_handle_get_height(this.#handle)
    if (width * height > mostPixels) throw new ImageRefusal('too-many-pixels', `${width} x ${height} pixels`)
    const icc = heicProfile(library, this.#memory, this.#handle)
    const { exif, xmp } = this.#metadata()
    const channels = library._heif_image_handle_has_alpha_channel(this.#handle) ? 4 : 3
    const image = this.#pixels(channels)
    return { tiff: this.#wrapped(image, channels, icc), exif, xmp }
  }

  #pixels(channels: 3 | 4): number {
    const library = this.#library
    const switches = library._heif_decoding_options_alloc()
    this.#memory.owe(() => library._heif_decoding_options_free(switches))
    this.#memory.writeByte(switches + options.to8Bits, 1)
    // A picture that decodes with errors may be grey from the middle on: better the original than a copy of that.
    this.#memory.writeByte(switches + options.strict, 1)
    library._heif_decode_image(this.#error, this.#handle, this.#answer, rgb, chromaOf[channels], switches)
    this.#check()
    const image = this.#memory.long(this.#answer)
    this.#memory.owe(() => library._heif_image_release(image))
    if (library._heif_image_get_decoding_warnings(image, 0, 0, 0) > 0) {
      throw new ImageRefusal('damaged', 'it decodes with warnings')
    }
    return image
  }

  #wrapped(image: number, channels: 3 | 4, icc: Buffer | null): Buffer<ArrayBuffer> {
    const width = this.#library._heif_image_get_width(image, interleaved)
    const height = this.#library._heif_image_get_height(image, interleaved)
    const plane = this.#library._heif_image_get_plane_readonly(image, interleaved, this.#answer)
    const stride = this.#memory.long(this.#answer)
    const rowBytes = width * channels
    if (plane === 0 || width <= 0 || height <= 0) throw new ImageRefusal('damaged', 'it holds no pixels')
    return plainTiff({ width, height, channels, icc }, (pixels) => {
      for (let row = 0; row < height; row++) {
        pixels.set(this.#memory.view(plane + row * stride, rowBytes), row * rowBytes)
      }
    })
  }

  #metadata(): { exif: Buffer | null; xmp: string | null } {
    const library = this.#library
    const count = library._heif_image_handle_get_number_of_metadata_blocks(this.#handle, 0)
    const ids = this.#memory.lend(4 * Math.max(1, count))
    const found = library._heif_image_handle_get_list_of_metadata_block_IDs(this.#handle, 0, ids, count)
    let exif: Buffer | null = null
    let xmp: string | null = null
    for (let index = 0; index < found; index++) {
      const id = this.#memory.long(ids + 4 * index)
      const type = this.#memory.text(library._heif_image_handle_get_metadata_type(this.#handle, id))
      const content = library._heif_image_handle_get_metadata_content_type(this.#handle, id)
      if (type === 'Exif') exif ??= tiffInItem(this.#block(id))
      else if (this.#memory.text(content) === 'application/rdf+xml') xmp ??= this.#block(id).toString('utf8')
    }
    return { exif, xmp }
  }

  #block(id: number): Buffer {
    const size = this.#library._heif_image_handle_get_metadata_size(this.#handle, id)
    if (size > longestMetadata) throw new ImageRefusal('damaged', `${size} bytes of metadata`)
    const at = this.#memory.lend(Math.max(1, size))
    this.#library._heif_image_handle_get_metadata(this.#error, this.#handle, id, at)
    this.#check()
    return this.#memory.copy(at, size)
  }

  /** @throws ImageRefusal for the error that libheif has just answered, if it was one */
  #check(): void {
    const code = this.#memory.long(this.#error)
    if (code === 0) return
    const words = `libheif: error ${code}.${this.#memory.long(this.#error + 4)}`
    throw new ImageRefusal(code === memoryError ? 'out-of-memory' : 'damaged', words)
  }
}

/** heif_error_Memory_allocation_error; libheif answers it where a file asks for more than any photo needs. */
const memoryError = 6

/** An Exif item begins with the distance from its first 4 bytes to the TIFF header (ISO/IEC 23008-12, A.2.1). */
function tiffInItem(item: Buffer): Buffer | null {
  const start = item.length > 4 ? 4 + item.readUInt32BE(0) : item.length
  return start < item.length ? item.subarray(start) : null
}
