/** Types the part of libheif's C interface that is called here; the package itself types only its embind layer. */
declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  /** An address in the module's memory; 0 for none. */
  type Pointer = number

  /** Every function that returns a `heif_error` writes it to `error`: code, subcode and message, 4 bytes each. */
  export interface Libheif {
    /** Replaced whenever the memory grows: do not keep it across a call. */
    readonly HEAPU8: Uint8Array
    _malloc(bytes: number): Pointer
    _free(at: Pointer): void
    _heif_context_alloc(): Pointer
    _heif_context_free(context: Pointer): void
    _heif_context_read_from_memory_without_copy(
      error: Pointer,
      context: Pointer,
      bytes: Pointer,
      length: number,
      options: Pointer,
    ): void
    _heif_context_get_number_of_top_level_images(context: Pointer): number
    _heif_context_get_primary_image_handle(error: Pointer, context: Pointer, handle: Pointer): void
    _heif_image_handle_release(handle: Pointer): void
    _heif_image_handle_get_list_of_thumbnail_IDs(handle: Pointer, ids: Pointer, count: number): number
    _heif_image_handle_get_thumbnail(error: Pointer, handle: Pointer, id: number, thumbnail: Pointer): void
    _heif_image_handle_get_width(handle: Pointer): number
    _heif_image_handle_get_height(handle: Pointer): number
    _heif_image_handle_get_luma_bits_per_pixel(handle: Pointer): number
    _heif_image_handle_has_alpha_channel(handle: Pointer): number
    _heif_image_handle_get_raw_color_profile_size(handle: Pointer): number
    _heif_image_handle_get_raw_color_profile(error: Pointer, handle: Pointer, profile: Pointer): void
    _heif_image_handle_get_nclx_color_profile(error: Pointer, handle: Pointer, profile: Pointer): void
    _heif_nclx_color_profile_free(profile: Pointer): void
    _heif_image_handle_get_number_of_metadata_blocks(handle: Pointer, type: Pointer): number
    _heif_image_handle_get_list_of_metadata_block_IDs(
      handle: Pointer,
      type: Pointer,
      ids: Pointer,
      count: number,
    ): number
    _heif_image_handle_get_metadata_type(handle: Pointer, id: number): Pointer
    _heif_image_handle_get_metadata_content_type(handle: Pointer, id: number): Pointer
    _heif_image_handle_get_metadata_size(handle: Pointer, id: number): number
    _heif_image_handle_get_metadata(error: Pointer, handle: Pointer, id: number, data: Pointer): void
    _heif_decoding_options_alloc(): Pointer
    _heif_decoding_options_free(options: Pointer): void
    _heif_decode_image(
      error: Pointer,
      handle: Pointer,
      image: Pointer,
      colourSpace: number,
      chroma: number,
      options: Pointer,
    ): void
    _heif_image_release(image: Pointer): void
    _heif_image_get_width(image: Pointer, channel: number): number
    _heif_image_get_height(image: Pointer, channel: number): number
    _heif_image_get_plane_readonly(image: Pointer, channel: number, stride: Pointer): Pointer
    _heif_image_get_decoding_warnings(image: Pointer, first: number, errors: Pointer, most: number): number
  }

  export default function createLibheif(): Libheif
}
