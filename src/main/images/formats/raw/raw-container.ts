/** What the readers of the single RAW formats find: places of JPEGs, EXIF directories, and what a format states by itself. */
import { type Bytes, type Span, within } from '../bytes.ts'
import type { PixelSize } from '../pixel-size.ts'
import type { TiffDirectory } from '../tiff/tiff-directory.ts'
import type { RgbPreview } from './rgb-previews.ts'

/** Facts that stand outside of EXIF directories; absent where the format does not state them. */
export interface StatedFacts {
  readonly make?: string | undefined
  readonly model?: string | undefined
  readonly serial?: string | undefined
  /** By the camera's clock: ISO 8601 without an offset. */
  readonly takenAt?: string | undefined
  /** 1 to 8, as EXIF has it. */
  readonly orientation?: number | undefined
  readonly iso?: number | undefined
  readonly exposureSeconds?: number | undefined
  readonly aperture?: number | undefined
  readonly focalLengthMm?: number | undefined
}

export interface RawContainer {
  /** Where JPEGs may be: their own headers tell. */
  readonly jpegs: readonly Bytes[]
  readonly directories: readonly TiffDirectory[]
  /** Pixels of the sensor's picture as stored, where the format itself states them. */
  readonly sensor: PixelSize | null
  readonly stated?: StatedFacts
  /** For files without a JPEG. */
  readonly rgb?: RgbPreview | null
}

/** The ranges that start inside the file. */
export function slices(bytes: Bytes, spans: readonly Span[]): Bytes[] {
  return spans.filter(({ offset }) => offset < bytes.size).map((span) => within(bytes, span))
}

/** The orientation of a picture that must still be turned clockwise by so many degrees; undefined for odd ones. */
export function orientationOf(degrees: number): number | undefined {
  return new Map([
    [0, 1],
    [90, 6],
    [180, 3],
    [270, 8],
  ]).get(((degrees % 360) + 360) % 360)
}

/**
 * The time of a clock that counts seconds since 1970 without knowing where on the Earth it is.
 * @returns ISO 8601 without an offset; undefined for a clock that was never set
 */
export function clockTime(seconds: number): string | undefined {
  return seconds > 0 && seconds <= 0xffffffff
    ? new Date(seconds * 1000).toISOString().slice(0, 19)
    : undefined
}
