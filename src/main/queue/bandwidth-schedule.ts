/** Which bandwidth limit holds now and until when, by the person's schedule; reports each change while the app runs. */
import type { Bandwidth, BandwidthNow, BandwidthRule } from '../../shared/bandwidth.ts'

/** Every rule comes round within a week; a day more for those that began the day before. */
const daysAhead = 8

/** All times are those of this computer's clock and zone. @param nowMs ms since 1970 */
export function bandwidthAt(bandwidth: Bandwidth, nowMs: number): BandwidthNow {
  const limit = limitAt(bandwidth, nowMs)
  const borders = bandwidth.timetable
    .flatMap((rule) => spansOf(rule, nowMs))
    .flatMap(({ fromMs, toMs }) => [fromMs, toMs])
    .filter((borderMs) => borderMs > nowMs)
    .sort((a, b) => a - b)
  return { limit, untilMs: borders.find((borderMs) => limitAt(bandwidth, borderMs) !== limit) ?? null }
}

function limitAt({ timetable, limitBytesPerSecond }: Bandwidth, atMs: number): BandwidthNow['limit'] {
  const rule = timetable.find((candidate) =>
    spansOf(candidate, atMs, 1).some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs),
  )
  return rule === undefined ? limitBytesPerSecond : rule.limit
}

/** The time ranges of a rule that begin from yesterday on. */
function spansOf(rule: BandwidthRule, nowMs: number, days = daysAhead) {
  const today = new Date(nowMs)
  const spans: { readonly fromMs: number; readonly toMs: number }[] = []
  for (let ahead = -1; ahead < days; ahead++) {
    const day = new Date(today.getFullYear(), today.getMonth(), today.getDate() + ahead)
    if (!rule.days.includes(day.getDay())) continue
    const fromMs = timeOn(day, rule.from)
    // Not by adding 24 hours: a day on which clocks change has 23 or 25.
    const endsNextDay = rule.to <= rule.from
    const end = new Date(day.getFullYear(), day.getMonth(), day.getDate() + (endsNextDay ? 1 : 0))
    spans.push({ fromMs, toMs: timeOn(end, rule.to) })
  }
  return spans
}

function timeOn(day: Date, clockTime: string): number {
  const [hours = 0, minutes = 0] = clockTime.split(':').map(Number)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), hours, minutes).getTime()
}

/** A laptop sleeps and clocks are set: no answer is trusted for longer than this. */
const longestWaitMs = 30_000
/** Bytes a second that each stream needs, so that none looks dead. */
const leastPerStream = 32 * 1024

export class BandwidthSchedule {
  readonly #bandwidth: () => Bandwidth
  readonly #onChange: (now: BandwidthNow) => void
  #now: BandwidthNow = { limit: null, untilMs: null }
  #timer: NodeJS.Timeout | undefined

  /** @param onChange called when another limit holds than before; at first there is none */
  constructor(bandwidth: () => Bandwidth, onChange: (now: BandwidthNow) => void) {
    this.#bandwidth = bandwidth
    this.#onChange = onChange
  }

  get now(): BandwidthNow {
    return this.#now
  }

  /** Reads the schedule now, and again whenever another limit may hold. */
  update(): void {
    clearTimeout(this.#timer)
    const nowMs = Date.now()
    const before = this.#now
    this.#now = bandwidthAt(this.#bandwidth(), nowMs)
    const untilMs = this.#now.untilMs ?? Number.POSITIVE_INFINITY
    if (this.#bandwidth().timetable.length > 0) {
      this.#timer = setTimeout(() => this.update(), Math.min(untilMs - nowMs, longestWaitMs)).unref()
    }
    if (before.limit !== this.#now.limit) this.#onChange(this.#now)
  }

  /** As many files and chunks at once as the limit can feed; none while it is `pause`. */
  atMost<Limits extends { readonly parallelFiles: number; readonly parallelChunks: number }>(
    limits: Limits,
  ): Limits {
    const { limit } = this.#now
    if (limit === null) return limits
    if (limit === 'pause') return { ...limits, parallelFiles: 0 }
    const streams = Math.max(1, Math.floor(limit / leastPerStream))
    const parallelFiles = Math.min(limits.parallelFiles, streams)
    const parallelChunks = Math.min(limits.parallelChunks, Math.max(1, Math.floor(streams / parallelFiles)))
    return { ...limits, parallelFiles, parallelChunks }
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
