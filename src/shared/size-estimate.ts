/** How much of a drop will be uploaded under a preset: an estimate, since nothing was converted yet. */
import { type PayloadFormat, type Preset, photoFormats } from './presets.ts'
import type { DropSurvey } from './survey.ts'

/**
 * Bytes of a copy for each of its pixels at middling quality (0.8), by the format that it is written in: rough means of
 * photographs. A busy picture takes twice as much, a plain one half.
 */
const bytesPerPixel: Readonly<Record<PayloadFormat, number>> = {
  jpeg: 0.22,
  webp: 0.14,
  avif: 0.12,
  // Knows no loss.
  png: 1.6,
}

/** What a camera's own file takes for each pixel, as far as its name says: most are JPEG of high quality. */
const sourceBytesPerPixel = 0.4

/** Width over height of most photos. */
const usualShape = 3 / 2

/**
 * How far copies lie from what is estimated of them: painted photos of 3 to 9 megapixels, from plain to full of grain, took
 * from 0.4 to 1.8 of it under the presets that come with PhotoFerry. See size-estimate.test.ts of the tests for images.
 */
const margin = { least: 0.4, most: 2 } as const

/** Bytes. */
export interface SizeEstimate {
  readonly least: number
  readonly most: number
}

/**
 * All bytes that will be uploaded: estimated copies, and everything else as it is. Never more than the drop has.
 * @param preset null: everything is uploaded as it is
 */
export function estimatedBytes({ total, formats }: DropSurvey, preset: Preset | null): SizeEstimate {
  let [least, most] = [total.bytes, total.bytes]
  for (const format of photoFormats) {
    const { files, bytes: before } = formats[format]
    if (preset === null || files === 0 || !preset.convert.includes(format)) continue
    const copies = files * bytesOfCopy(before / files, preset)
    least -= before - Math.min(before, copies * margin.least)
    most -= before - Math.min(before, copies * margin.most)
  }
  return { least: Math.round(least), most: Math.round(most) }
}

/** @param before bytes of the original */
function bytesOfCopy(before: number, { format, quality, longEdge }: Preset): number {
  const pixels = before / sourceBytesPerPixel
  const most = longEdge === null ? pixels : (longEdge * longEdge) / usualShape
  // From 0.5 to 0.95, each tenth of quality takes half as much again.
  const forQuality = format === 'png' ? 1 : 1.5 ** ((quality - 0.8) * 10)
  return Math.min(pixels, most) * bytesPerPixel[format] * forQuality
}
