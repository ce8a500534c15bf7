/** Decodes a HEIC photo with libheif: upright pixels, the profile that describes them, and its metadata. Runs in heic-thread.ts. */
import type { Libheif } from 'libheif-js/libheif-wasm/libheif-bundle.mjs'
import { type Picture, uncompressedTiff } from '../formats/tiff/uncompressed-tiff.ts'
import { ImageError, maxPixels } from '../image-error.ts'
import { type HeicMetadata, readHeicMetadata } from './heic-metadata.ts'
import { readHeicProfile } from './heic-profile.ts'
import { LibheifScope } from './libheif-scope.ts'

export interface DecodedHeic extends HeicMetadata {
  /** An uncompressed TIFF, upright, with its ICC profile: 16 bits per channel if that was asked for and the photo has more than 8, else 8. */
  readonly tiff: Buffer<ArrayBuffer>
  /** A smaller picture of the same, if the file holds one: upright, with its profile, 8 bits per channel. Null for the small ones. */
  readonly preview: Buffer<ArrayBuffer> | null
}

/** How large a picture must be at least; if the thumbnail inside the photo is, it is decoded instead of the photo. */
interface MinimumSize {
  /** Pixels. */
  readonly edge: number
  /** Which edge is meant, in sharp's words: `inside` is the longer one, `outside` the shorter one. */
  readonly fit: 'inside' | 'outside'
}

export interface HeicOptions {
  /** Null for the photo itself, which must then be the only one in its file. */
  readonly minSize: MinimumSize | null
  /** Whether to keep more than 8 bits. */
  readonly keepDepth: boolean
}

/** heif_colorspace, heif_chroma and heif_channel of libheif's heif_image.h. */
const rgb = 1
const chromaOf = { 8: { 3: 10, 4: 11 }, 16: { 3: 14, 4: 15 } } as const
const interleaved = 10
/** Offsets of two flags in a heif_decoding_options, version 3. */
const flagOffsets = { convertTo8Bits: 20, strict: 21 } as const

/** A thumbnail with another aspect ratio is cropped differently, or has bars. */
const maxDistortion = 0.03
const maxThumbnails = 8
/** Pixels of its shorter edge that a thumbnail must have to tell what the photo shows. */
const leastPreviewEdge = 48

/**
 * @param file the whole file
 * @throws ImageError; any other error leaves the library in an unknown state
 */
export function decodeHeic(library: Libheif, file: Buffer, { minSize, keepDepth }: HeicOptions): DecodedHeic {
  const libheif = new LibheifScope(library)
  try {
    const heic = new HeicFile(libheif, file)
    return minSize ? heic.decodeSmall(minSize) : heic.decode(keepDepth)
  } finally {
    libheif.release()
  }
}

class HeicFile {
  readonly #libheif: LibheifScope
  readonly #library: Libheif
  readonly #context: number
  /** The primary picture. */
  readonly #handle: number

  constructor(libheif: LibheifScope, file: Buffer) {
    this.#libheif = libheif
    const { library } = libheif
    this.#library = library
    const bytes = libheif.allocate(file.length)
    libheif.write(bytes, file)
    const context = library._heif_context_alloc()
    this.#context = context
    libheif.onRelease(() => library._heif_context_free(context))
    library._heif_context_read_from_memory_without_copy(libheif.error, context, bytes, file.length, 0)
    libheif.assertOk()
    library._heif_context_get_primary_image_handle(libheif.error, context, libheif.outAddress)
    this.#handle = this.#returnedHandle()
  }

  decode(keepDepth: boolean): DecodedHeic {
    const pictures = this.#library._heif_context_get_number_of_top_level_images(this.#context)
    // A copy holds one picture: the others of a burst or a stereo pair would be lost.
    if (pictures > 1) throw new ImageError('several-images', `${pictures} pictures`)
    const icc = readHeicProfile(this.#libheif, this.#handle)
    const tiff = this.#decodePicture(this.#handle, icc, keepDepth)
    const preview = this.#decodeThumbnail({ edge: leastPreviewEdge, fit: 'outside' }, icc)
    return { tiff, preview, ...readHeicMetadata(this.#libheif, this.#handle) }
  }

  /** Without metadata, and with 8 bits per channel. */
  decodeSmall(minSize: MinimumSize): DecodedHeic {
    const icc = readHeicProfile(this.#libheif, this.#handle)
    const tiff = this.#decodeThumbnail(minSize, icc) ?? this.#decodePicture(this.#handle, icc)
    return { tiff, preview: null, exif: null, xmp: null }
  }

  /** @returns null if there is none that will do; some cameras write thumbnails that do not decode beside photos that do */
  #decodeThumbnail(minSize: MinimumSize, icc: Buffer | null): Buffer<ArrayBuffer> | null {
    try {
      const thumbnail = this.#chooseThumbnail(minSize)
      if (thumbnail === null) return null
      return this.#decodePicture(thumbnail, readHeicProfile(this.#libheif, thumbnail) ?? icc)
    } catch (thrown) {
      if (thrown instanceof ImageError) return null
      throw thrown
    }
  }

  /** The smallest thumbnail that is large enough; null if there is none. */
  #chooseThumbnail({ edge, fit }: MinimumSize): number | null {
    const ids = this.#libheif.allocate(4 * maxThumbnails)
    const found = this.#library._heif_image_handle_get_list_of_thumbnail_IDs(this.#handle, ids, maxThumbnails)
    const photo = this.#sizeOf(this.#handle)
    let chosen: { handle: number; width: number } | null = null
    for (let index = 0; index < found; index++) {
      const handle = this.#thumbnail(this.#libheif.long(ids + 4 * index))
      const { width, height } = this.#sizeOf(handle)
      const isLarge = (fit === 'inside' ? Math.max(width, height) : Math.min(width, height)) >= edge
      const isSameCrop = Math.abs((width / height) * (photo.height / photo.width) - 1) <= maxDistortion
      if (isLarge && isSameCrop && width < (chosen?.width ?? photo.width)) chosen = { handle, width }
    }
    return chosen?.handle ?? null
  }

  #thumbnail(id: number): number {
    const { error, outAddress } = this.#libheif
    this.#library._heif_image_handle_get_thumbnail(error, this.#handle, id, outAddress)
    return this.#returnedHandle()
  }

  #sizeOf(handle: number): { width: number; height: number } {
    return {
      width: this.#library._heif_image_handle_get_width(handle),
      height: this.#library._heif_image_handle_get_height(handle),
    }
  }

  /** The image handle that the last call has returned; it is released at the end. @throws ImageError if the call has failed */
  #returnedHandle(): number {
    this.#libheif.assertOk()
    const handle = this.#libheif.out
    this.#libheif.onRelease(() => this.#library._heif_image_handle_release(handle))
    return handle
  }

  #decodePicture(handle: number, icc: Buffer | null, keepDepth = false): Buffer<ArrayBuffer> {
    const { width, height } = this.#sizeOf(handle)
    if (width * height > maxPixels) throw new ImageError('too-many-pixels', `${width} x ${height} pixels`)
    const channels = this.#library._heif_image_handle_has_alpha_channel(handle) ? 4 : 3
    const sourceBits = this.#library._heif_image_handle_get_luma_bits_per_pixel(handle)
    const bits = keepDepth && sourceBits > 8 ? 16 : 8
    const image = this.#decodePixels(handle, channels, bits)
    return this.#tiffOf(image, { channels, bits, icc }, sourceBits)
  }

  #decodePixels(handle: number, channels: 3 | 4, bits: 8 | 16): number {
    const [libheif, library] = [this.#libheif, this.#library]
    const options = library._heif_decoding_options_alloc()
    libheif.onRelease(() => library._heif_decoding_options_free(options))
    libheif.writeByte(options + flagOffsets.convertTo8Bits, bits === 8 ? 1 : 0)
    // A picture that decodes with errors may be grey from the middle on: the original is better than a copy of that.
    libheif.writeByte(options + flagOffsets.strict, 1)
    const chroma = chromaOf[bits][channels]
    library._heif_decode_image(libheif.error, handle, libheif.outAddress, rgb, chroma, options)
    libheif.assertOk()
    const image = libheif.out
    libheif.onRelease(() => library._heif_image_release(image))
    if (library._heif_image_get_decoding_warnings(image, 0, 0, 0) > 0) {
      throw new ImageError('damaged', 'it decodes with warnings')
    }
    return image
  }

  /** @param sourceBits of each channel; if there are more than 8, libheif uses that many of the lower bits of 16 */
  #tiffOf(image: number, form: Omit<Picture, 'width' | 'height'>, sourceBits: number): Buffer<ArrayBuffer> {
    const width = this.#library._heif_image_get_width(image, interleaved)
    const height = this.#library._heif_image_get_height(image, interleaved)
    const plane = this.#library._heif_image_get_plane_readonly(image, interleaved, this.#libheif.outAddress)
    const stride = this.#libheif.out
    const rowBytes = (width * form.channels * form.bits) / 8
    if (plane === 0 || width <= 0 || height <= 0) throw new ImageError('damaged', 'it holds no pixels')
    return uncompressedTiff({ width, height, ...form }, (pixels) => {
      for (let row = 0; row < height; row++) {
        pixels.set(this.#libheif.view(plane + row * stride, rowBytes), row * rowBytes)
      }
      if (form.bits === 16) widenTo16Bits(pixels, sourceBits)
    })
  }
}

/** Scales numbers of `sourceBits` bits to 16 bits, in place: white stays white. */
function widenTo16Bits(pixels: Uint8Array, sourceBits: number): void {
  const numbers = new Uint16Array(pixels.buffer, pixels.byteOffset, pixels.length / 2)
  const [up, down] = [16 - sourceBits, 2 * sourceBits - 16]
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] ?? 0
    numbers[index] = (number << up) | (number >> down)
  }
}
