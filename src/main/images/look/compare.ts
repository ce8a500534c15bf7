/** Compares two small renderings of a picture: black, grey, posterised, turned and cut ones are not alike. Pure. */

/** Cells of a rendering in each direction. */
export const gridEdge = 48

/** RGB, 8 bits each, row after row: `gridEdge` by `gridEdge` cells, whatever the picture's own aspect ratio. */
export type Rendering = Uint8Array

export interface Difference {
  /** Mean distance of the cells' colours in CIELAB (CIE76), coarse but blind to no channel. */
  readonly meanDeltaE: number
  /** Largest shift of a channel's mean, of 255. */
  readonly meanShift: number
  /** Spread of the lightness (standard deviation) of the copy divided by that of the original; 1 where both are flat. */
  readonly spreadRatio: number
  /** Share of the original's levels of lightness that the copy has, of 64; above 1 where it has more. */
  readonly levelRatio: number
  /** The worst mean distance of a 4 by 4 part of the picture: a corner that is missing hardly moves the whole. */
  readonly worstPart: number
}

const parts = 4
/** Lightness in steps of 4 of 255. */
const levels = 64
/** An original with fewer is flat or a drawing, of which an encoder may round some away. */
const fewLevels = 12
/** Below this the original is flat, and a spread says nothing. */
const flatSpread = 1.5
/** Of 255, between the brightest and the darkest cell of a channel. */
const flatRange = 6

export function differenceOf(original: Rendering, copy: Rendering): Difference {
  const [before, after] = [labOf(original), labOf(copy)]
  const sums = new Float64Array(parts * parts)
  const counts = new Float64Array(parts * parts)
  let total = 0
  for (let cell = 0; cell < gridEdge * gridEdge; cell++) {
    const distance = distanceAt(before, after, cell * 3)
    const column = cell % gridEdge
    const row = (cell - column) / gridEdge
    const part = Math.floor((row * parts) / gridEdge) * parts + Math.floor((column * parts) / gridEdge)
    sums[part] = (sums[part] ?? 0) + distance
    counts[part] = (counts[part] ?? 0) + 1
    total += distance
  }
  return {
    meanDeltaE: total / (gridEdge * gridEdge),
    meanShift: Math.max(
      ...[0, 1, 2].map((channel) => Math.abs(meanOf(original, channel) - meanOf(copy, channel))),
    ),
    spreadRatio: spreadRatio(spreadOf(before), spreadOf(after)),
    levelRatio: levelsIn(original) < fewLevels ? 1 : levelsIn(copy) / levelsIn(original),
    worstPart: Math.max(...sums.map((sum, part) => sum / (counts[part] ?? 1))),
  }
}

/** How far a copy may be off. */
export type Tolerance = Pick<Difference, 'meanDeltaE' | 'meanShift' | 'worstPart'> & {
  /** The spread may be so many times larger or smaller. */
  readonly spread: number
  readonly leastLevels: number
}

/**
 * @param quality of the copy's encoder, from 0 to 1: coarse quantisation moves flat areas by its steps
 * @param pixels of the copy: where a cell has few, an encoder's noise does not even out
 */
export function toleranceFor(quality: number, pixels: number): Tolerance {
  const coarse = Math.max(0, 0.5 - quality) * 2
  const noise = Math.min(4, 400 / Math.sqrt(pixels))
  return {
    meanDeltaE: 2 + 10 * coarse + noise,
    meanShift: 3 + 12 * coarse,
    worstPart: 5 + 15 * coarse + noise,
    spread: 1.2 + coarse,
    leastLevels: 0.6 * (1 - coarse),
  }
}

/** @returns what is wrong, in words for the log; null if they look alike */
export function mismatch(difference: Difference, tolerance: Tolerance): string | null {
  const { meanDeltaE, meanShift, spreadRatio: spread, levelRatio, worstPart } = difference
  const wrong = [
    [meanDeltaE > tolerance.meanDeltaE, `ΔE ${meanDeltaE.toFixed(1)}`],
    [meanShift > tolerance.meanShift, `mean off by ${meanShift.toFixed(1)}`],
    [worstPart > tolerance.worstPart, `ΔE of a part ${worstPart.toFixed(1)}`],
    [spread > tolerance.spread || spread < 1 / tolerance.spread, `spread ${spread.toFixed(2)}`],
    [levelRatio < tolerance.leastLevels, `levels ${levelRatio.toFixed(2)}`],
  ] as const
  const words = wrong.flatMap(([isWrong, text]) => (isWrong ? [text] : []))
  return words.length > 0 ? words.join(', ') : null
}

function distanceAt(a: Float64Array, b: Float64Array, at: number): number {
  const lightness = (a[at] ?? 0) - (b[at] ?? 0)
  const [greenRed, blueYellow] = [(a[at + 1] ?? 0) - (b[at + 1] ?? 0), (a[at + 2] ?? 0) - (b[at + 2] ?? 0)]
  return Math.sqrt(lightness * lightness + greenRed * greenRed + blueYellow * blueYellow)
}

const linear = Float64Array.from({ length: 256 }, (_, value) => {
  const part = value / 255
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
})

/** As if the numbers were sRGB: both renderings are in the same space. */
function labOf(rendering: Rendering): Float64Array {
  const lab = new Float64Array(rendering.length)
  for (let at = 0; at < rendering.length; at += 3) {
    const r = linear[rendering[at] ?? 0] ?? 0
    const g = linear[rendering[at + 1] ?? 0] ?? 0
    const b = linear[rendering[at + 2] ?? 0] ?? 0
    const x = cubeRoot((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505)
    const y = cubeRoot(0.2126 * r + 0.7152 * g + 0.0722 * b)
    const z = cubeRoot((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089)
    lab[at] = 116 * y - 16
    lab[at + 1] = 500 * (x - y)
    lab[at + 2] = 200 * (y - z)
  }
  return lab
}

function cubeRoot(value: number): number {
  return value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116
}

function meanOf(rendering: Rendering, channel: number): number {
  let sum = 0
  for (let at = channel; at < rendering.length; at += 3) sum += rendering[at] ?? 0
  return sum / (rendering.length / 3)
}

/** Standard deviation of L*. */
function spreadOf(lab: Float64Array): number {
  const count = lab.length / 3
  let [sum, squares] = [0, 0]
  for (let at = 0; at < lab.length; at += 3) {
    const value = lab[at] ?? 0
    sum += value
    squares += value * value
  }
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2))
}

/** Whether a rendering shows one colour only, which is what a broken decoder makes of everything. */
export function isFlat(rendering: Rendering): boolean {
  return [0, 1, 2].every((channel) => {
    const values = rendering.filter((_, at) => at % 3 === channel)
    return Math.max(...values) - Math.min(...values) < flatRange
  })
}

function spreadRatio(before: number, after: number): number {
  if (before < flatSpread && after < flatSpread * 2) return 1
  return after / Math.max(before, flatSpread)
}

function levelsIn(rendering: Rendering): number {
  const found = new Uint8Array(levels)
  for (let at = 0; at < rendering.length; at += 3) {
    const sum = (rendering[at] ?? 0) + (rendering[at + 1] ?? 0) + (rendering[at + 2] ?? 0)
    found[Math.floor((sum / 3 / 256) * levels)] = 1
  }
  return found.reduce((count, one) => count + one, 0)
}
