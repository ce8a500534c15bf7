/** Width and height of a picture in pixels. Pure. */

export interface PixelSize {
  readonly width: number
  readonly height: number
}

/** @returns null where a side is unknown or not positive */
export function sizeOf(width?: number | null, height?: number | null): PixelSize | null {
  return width && height && width > 0 && height > 0
    ? { width: Math.round(width), height: Math.round(height) }
    : null
}
