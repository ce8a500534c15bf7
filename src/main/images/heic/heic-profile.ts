/** The ICC profile of a HEIC photo: an embedded one, or one built for the colours that it names by number ("nclx"). */
import { type Cicp, cicpProfile, isHdr } from '../formats/colour/cicp.ts'
import { ImageError } from '../image-error.ts'
import type { LibheifScope } from './libheif-scope.ts'

/** Camera profiles have 500 bytes, printer profiles a megabyte. */
const maxProfileBytes = 8 << 20
/** Offsets in a heif_color_profile_nclx (libheif's heif_color.h). */
const nclxOffsets = { primaries: 4, transfer: 8 } as const

/**
 * @param handle libheif's image
 * @returns null if the photo says nothing, which means sRGB
 * @throws ImageError `hdr` if no profile could describe the pixels to an ordinary viewer
 */
export function readHeicProfile(libheif: LibheifScope, handle: number): Buffer | null {
  const cicp = readCicp(libheif, handle)
  if (cicp && isHdr(cicp)) throw new ImageError('hdr', `transfer characteristics ${cicp.transfer}`)
  return embeddedProfile(libheif, handle) ?? (cicp && cicpProfile(cicp))
}

function embeddedProfile(libheif: LibheifScope, handle: number): Buffer | null {
  const size = libheif.library._heif_image_handle_get_raw_color_profile_size(handle)
  if (size === 0) return null
  if (size > maxProfileBytes) throw new ImageError('damaged', `${size} bytes of ICC profile`)
  const profile = libheif.allocate(size)
  libheif.library._heif_image_handle_get_raw_color_profile(libheif.error, handle, profile)
  return libheif.failed ? null : libheif.copy(profile, size)
}

function readCicp(libheif: LibheifScope, handle: number): Cicp | null {
  const { library, error, outAddress } = libheif
  library._heif_image_handle_get_nclx_color_profile(error, handle, outAddress)
  if (libheif.failed) return null
  const nclx = libheif.out
  libheif.onRelease(() => library._heif_nclx_color_profile_free(nclx))
  return {
    primaries: libheif.long(nclx + nclxOffsets.primaries),
    transfer: libheif.long(nclx + nclxOffsets.transfer),
  }
}
