/** The status bar's plot: what its lines span, where they break, how high they rise. */
import { describe, expect, it } from 'vitest'
import { plotSize, throughputPaths } from '../../../../src/renderer/features/status-bar/plot-paths.ts'

const nowMs = 1_000_000
const { width, height } = plotSize
const every = (fromMs: number, toMs: number, bytesPerSecond: number) =>
  Array.from({ length: (toMs - fromMs) / 1_000 + 1 }, (_, index) => ({
    atMs: fromMs + index * 1_000,
    bytesPerSecond,
  }))
const pointsOf = (line: string) =>
  line
    .split(/[ML]/)
    .filter((point) => point.trim() !== '')
    .map((point) => point.trim().split(' ').map(Number))

describe('the plot of the last minutes', () => {
  it('is empty while nothing was ever under way', () => {
    expect(throughputPaths([], nowMs)).toEqual({ line: '', area: '' })
  })

  it('spans the time since the first sample, up to now', () => {
    const points = pointsOf(throughputPaths(every(nowMs - 60_000, nowMs, 5), nowMs).line)
    expect(points[0]?.[0]).toBe(0)
    expect(points.at(-1)?.[0]).toBe(width)
  })

  it('spans twenty seconds at least, so that a first second is no whole plot', () => {
    const points = pointsOf(throughputPaths(every(nowMs - 2_000, nowMs, 5), nowMs).line)
    expect(points[0]?.[0]).toBe(width * 0.9)
  })

  it('leaves out what is older than five minutes', () => {
    const points = pointsOf(throughputPaths(every(nowMs - 400_000, nowMs, 5), nowMs).line)
    expect(points).toHaveLength(301)
    expect(points[0]?.[0]).toBe(0)
  })

  it('rises with the speed, and stays inside', () => {
    const samples = [...every(nowMs - 30_000, nowMs - 16_000, 10), ...every(nowMs - 15_000, nowMs, 1_000)]
    const heights = pointsOf(throughputPaths(samples, nowMs).line).map(([, y]) => y ?? Number.NaN)
    expect(heights[0]).toBeGreaterThan(heights.at(-1) ?? 0)
    for (const y of heights) {
      expect(y).toBeGreaterThan(0)
      expect(y).toBeLessThan(height)
    }
  })

  it('breaks where nothing was under way', () => {
    const samples = [...every(nowMs - 60_000, nowMs - 50_000, 5), ...every(nowMs - 10_000, nowMs, 5)]
    const { line, area } = throughputPaths(samples, nowMs)
    expect(line.match(/M/g)).toHaveLength(2)
    expect(area.match(/Z/g)).toHaveLength(2)
  })
})
