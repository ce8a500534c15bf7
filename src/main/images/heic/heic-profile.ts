/** The ICC profile of a HEIC photo: its own, or one built for the colours that it names by number (ITU-T H.273, "nclx"). */
import type { Libheif } from 'libheif-js/libheif-wasm/libheif-bundle.mjs'
import {
  bt2020Primaries,
  type Curve,
  displayP3Primaries,
  type Primaries,
  rgbProfile,
  srgbCurve,
  srgbPrimaries,
} from '../formats/colour/icc-profile.ts'
import { ImageError } from '../image-error.ts'
import { errorBytes } from './heif-error.ts'
import type { LibheifScope } from './wasm-memory.ts'

/** Camera profiles have 500 bytes, printers' a megabyte. */
const maxProfileBytes = 8 << 20
/** Places in a heif_color_profile_nclx. */
const nclx = { primaries: 4, transfer: 8 } as const

const primariesOf: Readonly<Record<number, readonly [string, Primaries]>> = {
  1: ['sRGB', srgbPrimaries],
  9: ['BT.2020', bt2020Primaries],
  12: ['Display P3', displayP3Primaries],
}
/** Of H.273's curves those that mean "as on a usual display"; phones write 13. */
const usualCurves: Readonly<Record<number, Curve>> = {
  1: srgbCurve,
  2: srgbCurve,
  4: 2.2,
  6: srgbCurve,
  8: 1,
  13: srgbCurve,
  14: srgbCurve,
  15: srgbCurve,
}
/** Perceptual quantizer and hybrid log-gamma: brighter than a JPEG can say without tone mapping. */
const hdrCurves = [16, 18]

/**
 * @param handle libheif's image
 * @returns null where the photo says nothing: sRGB then
 * @throws ImageError `hdr` where no profile could explain the pixels to a usual viewer
 */
export function readHeicProfile(library: Libheif, memory: LibheifScope, handle: number): Buffer | null {
  const named = namedColours(library, memory, handle)
  if (named && hdrCurves.includes(named.transfer)) {
    throw new ImageError('hdr', `transfer characteristics ${named.transfer}`)
  }
  return ownProfile(library, memory, handle) ?? (named && profileOf(named))
}

function ownProfile(library: Libheif, memory: LibheifScope, handle: number): Buffer | null {
  const size = library._heif_image_handle_get_raw_color_profile_size(handle)
  if (size === 0) return null
  if (size > maxProfileBytes) throw new ImageError('damaged', `${size} bytes of ICC profile`)
  const [error, at] = [memory.lend(errorBytes), memory.lend(size)]
  library._heif_image_handle_get_raw_color_profile(error, handle, at)
  return memory.long(error) === 0 ? memory.copy(at, size) : null
}

interface NamedColours {
  readonly primaries: number
  readonly transfer: number
}

function namedColours(library: Libheif, memory: LibheifScope, handle: number): NamedColours | null {
  const [error, answer] = [memory.lend(errorBytes), memory.lend(4)]
  library._heif_image_handle_get_nclx_color_profile(error, handle, answer)
  if (memory.long(error) !== 0) return null
  const at = memory.long(answer)
  memory.owe(() => library._heif_nclx_color_profile_free(at))
  return { primaries: memory.long(at + nclx.primaries), transfer: memory.long(at + nclx.transfer) }
}

function profileOf({ primaries, transfer }: NamedColours): Buffer | null {
  const [name, space] = primariesOf[primaries] ?? []
  const curve = usualCurves[transfer] ?? srgbCurve
  if (name === undefined || space === undefined || (space === srgbPrimaries && curve === srgbCurve))
    return null
  return rgbProfile(name, space, curve)
}
