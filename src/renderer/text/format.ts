/** Formats numbers, sizes, speeds, times and percentages in the current language. Every size in the window goes through here. */
import { scaleBytes } from '../../shared/byte-size.ts'
import type { TimeLeft } from '../../shared/feed.ts'
import { currentLanguage, t } from './i18n.ts'
import { type Language, localeOf } from './languages.ts'

function formatsFor(locale: string) {
  const dayAndTime = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' } as const
  return {
    whole: new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }),
    oneDigit: new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
    percent: new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }),
    clock: new Intl.DateTimeFormat(locale, { timeStyle: 'medium', hourCycle: 'h23' }),
    time: new Intl.DateTimeFormat(locale, { timeStyle: 'short', hourCycle: 'h23' }),
    day: new Intl.DateTimeFormat(locale, { ...dayAndTime, hourCycle: 'h23' }),
    date: new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }),
    weekday: new Intl.DateTimeFormat(locale, { weekday: 'short', timeZone: 'UTC' }),
    moment: new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }),
    names: new Intl.Collator(locale, { numeric: true }),
  }
}

/** Language -> formats, created once: creating them is slow, using them is not. */
const formatsByLanguage = new Map<Language, ReturnType<typeof formatsFor>>()

function formats() {
  const language = currentLanguage()
  const found = formatsByLanguage.get(language) ?? formatsFor(localeOf[language])
  formatsByLanguage.set(language, found)
  return found
}

const noBreakSpace = '\u00a0'
const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const

export const formatCount = (count: number) => formats().whole.format(count)
/** @param percent 0 to 100 */
export const formatPercent = (percent: number) => formats().percent.format(percent / 100)
/** Hours, minutes and seconds of the local day. */
export const formatClock = (ms: number) => formats().clock.format(ms)
/** Hours and minutes of the local day. */
export const formatTime = (ms: number) => formats().time.format(ms)
/** Day, month, year and time. */
export const formatMoment = (ms: number) => formats().moment.format(ms)
/** Day, month and time, without the year. */
export const formatDay = (ms: number) => formats().day.format(ms)
/** Day, month and year. */
export const formatDate = (ms: number) => formats().date.format(ms)
/** @param day 0 for Sunday to 6 for Saturday */
export const formatWeekday = (day: number) => formats().weekday.format(Date.UTC(2023, 0, 1 + day))
/** A comparison of names in natural order: IMG_2 before IMG_10. */
export const nameOrder = () => formats().names.compare

/**
 * A size in decimal units (1 MB = 1,000,000 bytes), as file managers and card makers use them: `4.2 MB`.
 * One decimal below 100, none above.
 */
export function formatBytes(bytes: number): string {
  const { whole, oneDigit } = formats()
  const { value, power, decimals } = scaleBytes(bytes)
  const digits = (decimals === 0 ? whole : oneDigit).format(value)
  return `${digits}${noBreakSpace}${byteUnits[power]}`
}

/** @param bytesPerSecond acknowledged bytes per second; empty text for null or 0 */
export function formatSpeed(bytesPerSecond: number | null): string {
  return bytesPerSecond === null || bytesPerSecond <= 0
    ? ''
    : t('perSecond', { amount: formatBytes(bytesPerSecond) })
}

/**
 * Whole percent, rounded down, and 100 only when everything is complete: the window must not claim more than is true.
 * @param complete whether everything is stored and verified, not just acknowledged
 */
export function percentDone(acknowledged: number, total: number, complete: boolean): number {
  if (complete) return 100
  if (total <= 0) return 0
  return Math.min(99, Math.max(0, Math.floor((acknowledged / total) * 100)))
}

/** How long a clip is, as cameras show it: `0:04`, `12:30`, `1:02:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  const rest = two(whole % 60)
  return hours === 0 ? `${minutes}:${rest}` : `${hours}:${two(minutes)}:${rest}`
}

/** The time left, rounded up so that uploads finish early rather than late. Empty when it is unknown. */
export function formatTimeLeft(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return ''
  if (seconds < 8) return t('timeLeft.seconds')
  if (seconds <= 50) return t('timeLeft.aboutSeconds', { seconds: Math.ceil(seconds / 10) * 10 })
  const minutes = Math.ceil(seconds / 60)
  const roundedMinutes = minutes <= 10 ? minutes : Math.ceil(minutes / 5) * 5
  if (roundedMinutes < 60) return t('timeLeft.aboutMinutes', { minutes: roundedMinutes })
  const rounded = Math.ceil(minutes / 15) * 15
  if (rounded > 24 * 60) return t('timeLeft.moreThanADay')
  const hours = Math.floor(rounded / 60)
  const rest = rounded % 60
  return rest === 0
    ? t('timeLeft.aboutHours', { hours })
    : t('timeLeft.aboutHoursAndMinutes', { hours, minutes: rest })
}

/** The time left as a range such as `4–7 min left`, or as one value where both ends round to the same. Empty for null. */
export function formatTimeRange(left: TimeLeft | null): string {
  if (left === null) return ''
  const { lowSeconds, highSeconds } = left
  const text = formatTimeLeft(highSeconds)
  if (text === '' || text === formatTimeLeft(lowSeconds)) return text
  if (highSeconds <= 50) return range('timeLeft.secondsRange', lowSeconds / 10, highSeconds / 10, 10) ?? text
  if (highSeconds < 3600) return range('timeLeft.minutesRange', lowSeconds / 60, highSeconds / 60, 1) ?? text
  if (highSeconds > 24 * 3600) return text
  return range('timeLeft.hoursRange', lowSeconds / 3600, highSeconds / 3600, 1) ?? text
}

type RangeKey = 'timeLeft.secondsRange' | 'timeLeft.minutesRange' | 'timeLeft.hoursRange'

/** Null where the ends are only one step apart, or the lower one is 0. */
function range(key: RangeKey, lowSteps: number, highSteps: number, step: number): string | null {
  const low = Math.floor(lowSteps) * step
  const high = Math.ceil(highSteps) * step
  return low === 0 || high - low <= step ? null : t(key, { low, high })
}
