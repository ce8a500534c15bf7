/** How much bandwidth uploads may use, and when; times are this computer's local time. */
import { z } from 'zod'

/** Any slower, and a chunk takes longer than timeouts on the way allow. */
export const leastBytesPerSecond = 16 * 1024

const limitSchema = z.int().min(leastBytesPerSecond).max(10_000_000_000)
const clockTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 18:30')

/** A part of the week in which another limit holds. */
const bandwidthRuleSchema = z.object({
  /** 0 for Sunday to 6 for Saturday: the days on which it begins. */
  days: z.array(z.int().min(0).max(6)).min(1).max(7),
  from: clockTimeSchema,
  /** When it is not after `from`, it is on the next day; the same time means a whole day. */
  to: clockTimeSchema,
  /** Bytes a second; null for no limit, `pause` to send nothing. */
  limit: z.union([limitSchema.nullable(), z.literal('pause')]),
})
export type BandwidthRule = Readonly<z.infer<typeof bandwidthRuleSchema>>

export const bandwidthSchema = z.object({
  /** The limit outside all rules; bytes a second, null for none. */
  limitBytesPerSecond: limitSchema.nullable().default(null),
  /** Where several rules overlap, the first one counts. */
  timetable: z.array(bandwidthRuleSchema).max(50).default([]),
})
export type Bandwidth = Readonly<z.infer<typeof bandwidthSchema>>

/** The limit now, and until when it holds (ms since 1970; null until the settings change). */
export interface BandwidthNow {
  /** Bytes a second; null for no limit, `pause` to send nothing. */
  readonly limit: BandwidthRule['limit']
  readonly untilMs: number | null
}
