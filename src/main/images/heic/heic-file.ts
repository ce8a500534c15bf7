/** Decodes a HEIC photo with libheif: upright pixels with the profile that explains them, and its metadata. Runs in heic-thread.ts. */
import type { Libheif } from 'libheif-js/libheif-wasm/libheif-bundle.mjs'
import { type Picture, uncompressedTiff } from '../formats/tiff/uncompressed-tiff.ts'
import { ImageError, maxPixels } from '../image-error.ts'
import { type HeicMetadata, readHeicMetadata } from './heic-metadata.ts'
import { readHeicProfile } from './heic-profile.ts'
import { assertDone, errorBytes } from './heif-error.ts'
import { LibheifScope } from './wasm-memory.ts'

export interface DecodedHeic extends HeicMetadata {
  /** An uncompressed TIFF, turned as it is to be seen, with its ICC profile; 8 bits, or 16 where that was wanted and the photo has more than 8. */
  readonly tiff: Buffer<ArrayBuffer>
}

/** For whom a small picture will do: the thumbnail inside is decoded where it is large enough, the whole photo where not. */
interface WantedSize {
  /** Pixels at least. */
  readonly edge: number
  /** Which edge that is; as sharp has it, `inside` means the longer one and `outside` the shorter one. */
  readonly fit: 'inside' | 'outside'
}

/** What the decoded photo is for. */
export interface HeicOptions {
  /** Null for the photo itself, which must be the only one in its file then. */
  readonly wanted: WantedSize | null
  /** Whether bits beyond the eighth are of use. */
  readonly deep: boolean
}

/** heif_colorspace, heif_chroma and heif_channel of libheif's heif_image.h. */
const rgb = 1
const chromaOf = { 8: { 3: 10, 4: 11 }, 16: { 3: 14, 4: 15 } } as const
const interleaved = 10
/** heif_decoding_options, version 3: bytes at these places are switches. */
const options = { to8Bits: 20, strict: 21 } as const

/** A thumbnail whose edges are in another proportion shows another cut, or bars. */
const maxDistortion = 0.03
const maxThumbnails = 8

/**
 * @param file the whole file
 * @throws ImageError; anything else leaves the library in an unknown state
 */
export function decodeHeic(library: Libheif, file: Buffer, { wanted, deep }: HeicOptions): DecodedHeic {
  const memory = new LibheifScope(library)
  try {
    const heic = new HeicFile(library, memory, file)
    return wanted ? heic.decodeSmall(wanted) : heic.decode(deep)
  } finally {
    memory.release()
  }
}

class HeicFile {
  readonly #library: Libheif
  readonly #memory: LibheifScope
  readonly #error: number
  /** Where libheif writes the addresses that it answers. */
  readonly #answer: number
  readonly #context: number
  /** The primary picture. */
  readonly #handle: number

  constructor(library: Libheif, memory: LibheifScope, file: Buffer) {
    this.#library = library
    this.#memory = memory
    this.#error = memory.lend(errorBytes)
    this.#answer = memory.lend(4)
    const bytes = memory.lend(file.length)
    memory.write(bytes, file)
    const context = library._heif_context_alloc()
    this.#context = context
    memory.owe(() => library._heif_context_free(context))
    library._heif_context_read_from_memory_without_copy(this.#error, context, bytes, file.length, 0)
    assertDone(this.#memory, this.#error)
    library._heif_context_get_primary_image_handle(this.#error, context, this.#answer)
    this.#handle = this.#answeredHandle()
  }

  decode(deep: boolean): DecodedHeic {
    const pictures = this.#library._heif_context_get_number_of_top_level_images(this.#context)
    // A copy holds one picture: the others of a burst or a stereo pair would be lost.
    if (pictures > 1) throw new ImageError('several-images', `${pictures} pictures`)
    const icc = readHeicProfile(this.#library, this.#memory, this.#handle)
    return {
      tiff: this.#picture(this.#handle, icc, deep),
      ...readHeicMetadata(this.#library, this.#memory, this.#handle),
    }
  }

  decodeSmall(wanted: WantedSize): DecodedHeic {
    const icc = readHeicProfile(this.#library, this.#memory, this.#handle)
    const thumbnail = this.#thumbnailFor(wanted)
    if (thumbnail === null) return { tiff: this.#picture(this.#handle, icc), exif: null, xmp: null }
    const own = readHeicProfile(this.#library, this.#memory, thumbnail)
    return { tiff: this.#picture(thumbnail, own ?? icc), exif: null, xmp: null }
  }

  /** The smallest thumbnail that will do; null where there is none. */
  #thumbnailFor({ edge, fit }: WantedSize): number | null {
    const library = this.#library
    const ids = this.#memory.lend(4 * maxThumbnails)
    const found = library._heif_image_handle_get_list_of_thumbnail_IDs(this.#handle, ids, maxThumbnails)
    const photo = this.#sizeOf(this.#handle)
    let chosen: { handle: number; width: number } | null = null
    for (let index = 0; index < found; index++) {
      const id = this.#memory.long(ids + 4 * index)
      library._heif_image_handle_get_thumbnail(this.#error, this.#handle, id, this.#answer)
      const handle = this.#answeredHandle()
      const { width, height } = this.#sizeOf(handle)
      const isLarge = (fit === 'inside' ? Math.max(width, height) : Math.min(width, height)) >= edge
      const isSameCut = Math.abs((width / height) * (photo.height / photo.width) - 1) <= maxDistortion
      if (isLarge && isSameCut && width < (chosen?.width ?? photo.width)) chosen = { handle, width }
    }
    return chosen?.handle ?? null
  }

  #sizeOf(handle: number): { width: number; height: number } {
    return {
      width: this.#library._heif_image_handle_get_width(handle),
      height: this.#library._heif_image_handle_get_height(handle),
    }
  }

  /** The handle that libheif has just answered, given back in the end. @throws ImageError for its error */
  #answeredHandle(): number {
    assertDone(this.#memory, this.#error)
    const handle = this.#memory.long(this.#answer)
    this.#memory.owe(() => this.#library._heif_image_handle_release(handle))
    return handle
  }

  #picture(handle: number, icc: Buffer | null, deep = false): Buffer<ArrayBuffer> {
    const { width, height } = this.#sizeOf(handle)
    if (width * height > maxPixels) throw new ImageError('too-many-pixels', `${width} x ${height} pixels`)
    const channels = this.#library._heif_image_handle_has_alpha_channel(handle) ? 4 : 3
    const sourceBits = this.#library._heif_image_handle_get_luma_bits_per_pixel(handle)
    const bits = deep && sourceBits > 8 ? 16 : 8
    const image = this.#pixels(handle, channels, bits)
    return this.#wrapped(image, { channels, bits, icc }, sourceBits)
  }

  #pixels(handle: number, channels: 3 | 4, bits: 8 | 16): number {
    const library = this.#library
    const switches = library._heif_decoding_options_alloc()
    this.#memory.owe(() => library._heif_decoding_options_free(switches))
    this.#memory.writeByte(switches + options.to8Bits, bits === 8 ? 1 : 0)
    // A picture that decodes with errors may be grey from the middle on: better the original than a copy of that.
    this.#memory.writeByte(switches + options.strict, 1)
    library._heif_decode_image(this.#error, handle, this.#answer, rgb, chromaOf[bits][channels], switches)
    assertDone(this.#memory, this.#error)
    const image = this.#memory.long(this.#answer)
    this.#memory.owe(() => library._heif_image_release(image))
    if (library._heif_image_get_decoding_warnings(image, 0, 0, 0) > 0) {
      throw new ImageError('damaged', 'it decodes with warnings')
    }
    return image
  }

  /** @param sourceBits of each channel; where there are more than 8, libheif fills the lower ones of 16 */
  #wrapped(image: number, form: Omit<Picture, 'width' | 'height'>, sourceBits: number): Buffer<ArrayBuffer> {
    const width = this.#library._heif_image_get_width(image, interleaved)
    const height = this.#library._heif_image_get_height(image, interleaved)
    const plane = this.#library._heif_image_get_plane_readonly(image, interleaved, this.#answer)
    const stride = this.#memory.long(this.#answer)
    const rowBytes = (width * form.channels * form.bits) / 8
    if (plane === 0 || width <= 0 || height <= 0) throw new ImageError('damaged', 'it holds no pixels')
    return uncompressedTiff({ width, height, ...form }, (pixels) => {
      for (let row = 0; row < height; row++) {
        pixels.set(this.#memory.view(plane + row * stride, rowBytes), row * rowBytes)
      }
      if (form.bits === 16) spread(pixels, sourceBits)
    })
  }
}

/** Numbers of so many bits become such of 16, in place: white stays white. */
function spread(pixels: Uint8Array, sourceBits: number): void {
  const numbers = new Uint16Array(pixels.buffer, pixels.byteOffset, pixels.length / 2)
  const [up, down] = [16 - sourceBits, 2 * sourceBits - 16]
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at] ?? 0
    numbers[at] = (number << up) | (number >> down)
  }
}
