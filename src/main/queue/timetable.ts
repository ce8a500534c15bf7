/** Which limit holds at a moment, and until when. Pure; all times are those of this computer's clock and zone. */
import type { Bandwidth, BandwidthNow, BandwidthRule } from '../../shared/bandwidth.ts'

/** Every rule comes round within a week; a day more for those that began the day before. */
const daysAhead = 8

/** @param nowMs ms since 1970 */
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

/** The stretches of a rule that begin from yesterday on. */
function spansOf(rule: BandwidthRule, nowMs: number, days = daysAhead) {
  const today = new Date(nowMs)
  const spans: { readonly fromMs: number; readonly toMs: number }[] = []
  for (let ahead = -1; ahead < days; ahead++) {
    const day = new Date(today.getFullYear(), today.getMonth(), today.getDate() + ahead)
    if (!rule.days.includes(day.getDay())) continue
    const fromMs = momentOn(day, rule.from)
    // Not by adding 24 hours: a day on which clocks change has 23 or 25.
    const endsNextDay = rule.to <= rule.from
    const end = new Date(day.getFullYear(), day.getMonth(), day.getDate() + (endsNextDay ? 1 : 0))
    spans.push({ fromMs, toMs: momentOn(end, rule.to) })
  }
  return spans
}

function momentOn(day: Date, clockTime: string): number {
  const [hours = 0, minutes = 0] = clockTime.split(':').map(Number)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate(), hours, minutes).getTime()
}
