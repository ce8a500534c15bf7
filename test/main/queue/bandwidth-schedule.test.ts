import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bandwidthAt } from '../../../src/main/queue/bandwidth-schedule.ts'
import { type Bandwidth, bandwidthSchema } from '../../../src/shared/bandwidth.ts'

/** A Wednesday. */
const at = (day: number, hours: number, minutes = 0) => new Date(2026, 10, 18 + day, hours, minutes).getTime()
const everyDay = [0, 1, 2, 3, 4, 5, 6]
const weekdays = [1, 2, 3, 4, 5]
const table = (...timetable: Bandwidth['timetable']): Bandwidth => ({
  limitBytesPerSecond: 500_000,
  timetable,
})

describe('the timetable', () => {
  it('leaves the usual limit for as long as nobody changes it where there are no rules', () => {
    expect(bandwidthAt(table(), at(0, 12))).toEqual({ limit: 500_000, untilMs: null })
  })

  it('holds a rule between its times on its days, and says until when', () => {
    const office = table({ days: weekdays, from: '09:00', to: '17:30', limit: 'pause' })
    expect(bandwidthAt(office, at(0, 8, 59))).toEqual({ limit: 500_000, untilMs: at(0, 9) })
    expect(bandwidthAt(office, at(0, 9))).toEqual({ limit: 'pause', untilMs: at(0, 17, 30) })
    expect(bandwidthAt(office, at(2, 17, 30))).toEqual({ limit: 500_000, untilMs: at(5, 9) })
  })

  it('carries a rule over midnight and lets the first that holds count', () => {
    const rules = table(
      { days: [3], from: '22:00', to: '06:00', limit: null },
      { days: everyDay, from: '00:00', to: '00:00', limit: 'pause' },
    )
    expect(bandwidthAt(rules, at(0, 23))).toEqual({ limit: null, untilMs: at(1, 6) })
    expect(bandwidthAt(rules, at(1, 5, 59)).limit).toBe(null)
    expect(bandwidthAt(rules, at(1, 6))).toEqual({ limit: 'pause', untilMs: at(7, 22) })
  })

  it('never says until when without another limit holding then, and none in between', () => {
    const time = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'))
    const rule = fc.record({
      days: fc.uniqueArray(fc.nat(6), { minLength: 1 }),
      from: time,
      to: time,
      limit: fc.constantFrom<Bandwidth['timetable'][number]['limit']>('pause', null, 100_000),
    })
    fc.assert(
      fc.property(
        fc.array(rule, { maxLength: 4 }),
        fc.nat(7 * 24 * 60),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rules, minute, part) => {
          const bandwidth = bandwidthSchema.parse(table(...rules))
          const nowMs = at(0, 0, minute)
          const { limit, untilMs } = bandwidthAt(bandwidth, nowMs)
          if (untilMs === null) return
          expect(bandwidthAt(bandwidth, untilMs).limit).not.toBe(limit)
          const between = Math.floor(nowMs + (untilMs - 1 - nowMs) * part)
          expect(bandwidthAt(bandwidth, between).limit).toBe(limit)
        },
      ),
      { numRuns: 50 },
    )
  })
})
