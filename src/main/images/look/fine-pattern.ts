/**
 * Decides where the quick comparison takes a copy for something else: fine stripes over the whole picture become other
 * stripes in a small rendering, by the filter that made it. Takes as long as the conversion, and is rarely needed.
 */
import { averageOf, leastEdge, type Pixels } from './average.ts'
import { withHalvedColours } from './chroma.ts'
import { type Difference, differenceOf, mismatch, type Tolerance } from './compare.ts'
import { type ComparedColours, pixelsOf, turned } from './rendering.ts'

/** What the quick comparison may have found: patterns turn into others, but a picture keeps its mean. */
const mostShift = 12
const mostDeltaE = 26
const mostOfPart = 34
/** Pixels of a copy: three numbers each are held, a few times. */
const mostPixels = 60_000_000
/** Edges that are cut off where colours are strong, and WebP's own way to halve colours, which is not modelled. */
const strongColours = { meanDeltaE: 2, meanShift: 4 } as const

interface PatternOptions {
  readonly tolerance: Tolerance
  readonly colours: ComparedColours
  /** Whether the copy keeps only every second colour in both directions (4:2:0). */
  readonly hasHalvedColours: boolean
}

/**
 * Whether the copy shows what the original does after the same resizing, measured by means of areas.
 * @param original what it shows must be turned as `orientation` says, 1 to 8
 * @param found by the quick comparison
 */
export async function isFinePattern(
  { input, orientation }: { readonly input: string | Buffer; readonly orientation: number },
  copy: Buffer,
  { meanShift, meanDeltaE, worstPart }: Difference,
  { tolerance, colours, hasHalvedColours }: PatternOptions,
): Promise<boolean> {
  if (meanShift > mostShift || meanDeltaE > mostDeltaE || worstPart > mostOfPart) return false
  const shown = await pixelsOf(copy, colours, null)
  const { width, height } = shown
  if (Math.min(width, height) < leastEdge || width * height > mostPixels) return false
  const after = averageOf(shown)
  const size = orientation > 4 ? { width: height, height: width } : { width, height }
  const resized = await pixelsOf(input, colours, size)
  const isAlike = async (pixels: Pixels, allowed: Tolerance) => {
    const before = await turned(averageOf(pixels), orientation)
    return mismatch(differenceOf(before, after), allowed) === null
  }
  if (await isAlike(resized, tolerance)) return true
  if (!hasHalvedColours) return false
  return isAlike(withHalvedColours(resized), {
    ...tolerance,
    meanDeltaE: tolerance.meanDeltaE + strongColours.meanDeltaE,
    meanShift: tolerance.meanShift + strongColours.meanShift,
  })
}
