/** Numbers, bytes, times and shares as people read them. Pure; the locale is that of the words in text.ts. */
import { text } from './text.ts'

const whole = new Intl.NumberFormat(text.locale, { maximumFractionDigits: 0 })
const oneDigit = new Intl.NumberFormat(text.locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
const percents = new Intl.NumberFormat(text.locale, { style: 'percent', maximumFractionDigits: 0 })
const clockTime = new Intl.DateTimeFormat(text.locale, { timeStyle: 'medium', hourCycle: 'h23' })
const shortTime = new Intl.DateTimeFormat(text.locale, { timeStyle: 'short', hourCycle: 'h23' })
const dayAndTime = new Intl.DateTimeFormat(text.locale, {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

const noBreakSpace = '\u00a0'

export const formatCount = (count: number) => whole.format(count)
/** @param percent 0 to 100 */
export const formatPercent = (percent: number) => percents.format(percent / 100)
/** Hours, minutes and seconds of the local day. */
export const formatClock = (ms: number) => clockTime.format(ms)
/** Hours and minutes of the local day. */
export const formatTime = (ms: number) => shortTime.format(ms)
export const formatDay = (ms: number) => dayAndTime.format(ms)

/** Bytes in decimal units, as file managers and card makers count: `4.2 MB`, one digit below 100, none above. */
export function formatBytes(bytes: number): string {
  const units = text.units.bytes
  let value = Math.max(0, bytes)
  let unit = 0
  // 999.5 would be printed as 1,000: it belongs to the next unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  const digits = unit === 0 || value >= 99.95 ? whole.format(value) : oneDigit.format(value)
  return `${digits}${noBreakSpace}${units[unit]}`
}

/** @param bytesPerSecond acknowledged bytes; null or nothing moving gives an empty string */
export function formatSpeed(bytesPerSecond: number | null): string {
  return bytesPerSecond === null || bytesPerSecond <= 0
    ? ''
    : text.units.perSecond(formatBytes(bytesPerSecond))
}

/**
 * Whole percent that never runs ahead: rounded down, and 100 only when the whole is complete.
 * @param complete whether everything is stored and verified, not merely acknowledged
 */
export function honestPercent(acknowledged: number, total: number, complete: boolean): number {
  if (complete) return 100
  if (total <= 0) return 0
  return Math.min(99, Math.max(0, Math.floor((acknowledged / total) * 100)))
}

/** A rounded time left in words; empty when it cannot be told. Rounds up, for a promise is better kept early. */
export function formatTimeLeft(seconds: number | null): string {
  const words = text.timeLeft
  if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return ''
  if (seconds < 8) return words.seconds
  if (seconds <= 50) return words.aboutSeconds(Math.ceil(seconds / 10) * 10)
  const minutes = Math.ceil(seconds / 60)
  const roundedMinutes = minutes <= 10 ? minutes : Math.ceil(minutes / 5) * 5
  if (roundedMinutes < 60) return words.aboutMinutes(roundedMinutes)
  const rounded = Math.ceil(minutes / 15) * 15
  if (rounded > 24 * 60) return words.moreThanADay
  return words.aboutHours(Math.floor(rounded / 60), rounded % 60)
}

/** Code points at the end of a name that stay in sight: a number and an extension. */
const tailLength = 12

/**
 * A long name in two parts, so that a narrow column can shorten its middle: the head may be cut, the tail stays.
 * Cuts between code points; a short name has no tail.
 */
export function splitName(name: string): { readonly head: string; readonly tail: string } {
  const points = [...name]
  if (points.length <= 2 * tailLength) return { head: name, tail: '' }
  return { head: points.slice(0, -tailLength).join(''), tail: points.slice(-tailLength).join('') }
}
