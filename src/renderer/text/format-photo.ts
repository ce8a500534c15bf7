/** What a camera wrote down, as photographers write it. Knows no DOM. */
import { formatMoment } from './format.ts'

/** `1/250 s` below half a second, `2.5 s` above. */
export function formatExposure(seconds: number): string {
  if (seconds <= 0) return ''
  if (seconds < 0.4) return `1/${Math.round(1 / seconds)} s`
  return `${Number(seconds.toFixed(1))} s`
}

export const formatAperture = (number: number) => `f/${Number(number.toFixed(1))}`

/** @param takenAt ISO 8601, mostly without an offset: then it is the camera's own clock */
export function formatTaken(takenAt: string): string {
  const ms = Date.parse(takenAt)
  return Number.isNaN(ms) ? takenAt : formatMoment(ms)
}
