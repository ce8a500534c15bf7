/** Turns the speeds of the last minutes into the paths of a small plot. uPlot was tried, but fails to load where the system's locale is POSIX. */
import type { SpeedSample } from '../../../shared/feed.ts'

/** The plot spans the time since its first sample, within these bounds. */
const leastMs = 20_000
const mostMs = 300_000
/** Units of the plot's own coordinates. */
export const plotSize = { width: 300, height: 36 } as const
/** Samples arrive about once a second; a longer gap means that nothing was in progress between them. */
const gapMs = 2_500

interface Point {
  readonly x: number
  readonly y: number
}

/** SVG paths of a line through the samples and the area under it, interrupted where nothing was in progress. */
export function throughputPaths(samples: readonly SpeedSample[], nowMs: number) {
  const most = Math.max(1, ...samples.map(({ bytesPerSecond }) => bytesPerSecond))
  const spanMs = Math.min(mostMs, Math.max(leastMs, nowMs - (samples[0]?.atMs ?? nowMs)))
  const stretches = stretchesOf(samples, nowMs - spanMs).map((stretch) =>
    stretch.map(({ atMs, bytesPerSecond }) => ({
      x: round(plotSize.width * (1 - (nowMs - atMs) / spanMs)),
      y: round(plotSize.height - 1 - (bytesPerSecond / most) * (plotSize.height - 4)),
    })),
  )
  return { line: stretches.map(lineThrough).join(' '), area: stretches.map(areaUnder).join(' ') }
}

function stretchesOf(samples: readonly SpeedSample[], fromMs: number): SpeedSample[][] {
  const stretches: SpeedSample[][] = []
  let lastMs = Number.NEGATIVE_INFINITY
  for (const sample of samples) {
    if (sample.atMs < fromMs) continue
    if (sample.atMs - lastMs > gapMs) stretches.push([])
    stretches.at(-1)?.push(sample)
    lastMs = sample.atMs
  }
  return stretches
}

const round = (value: number) => Math.round(value * 10) / 10

const lineThrough = (points: readonly Point[]) => `M${points.map(({ x, y }) => `${x} ${y}`).join('L')}`

function areaUnder(points: readonly Point[]): string {
  const bottom = plotSize.height
  return `M${points[0]?.x ?? 0} ${bottom}L${points.map(({ x, y }) => `${x} ${y}`).join('L')}L${points.at(-1)?.x ?? 0} ${bottom}Z`
}
