/** How much of the line the uploads may take, and when. Pure vocabulary; times are the local ones of this computer. */
import { z } from 'zod'

/** Slower, and a chunk outlasts every patience on the way. */
export const leastBytesPerSecond = 16 * 1024

const limitSchema = z.int().min(leastBytesPerSecond).max(10_000_000_000)
const clockTimeSchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as 18:30')

/** A part of the week in which another limit holds. */
const bandwidthRuleSchema = z.object({
  /** 0 for Sunday to 6 for Saturday: the days on which it begins. */
  days: z.array(z.int().min(0).max(6)).min(1).max(7),
  from: clockTimeSchema,
  /** Not after `from`: on the next day. The same as `from`: a whole day. */
  to: clockTimeSchema,
  /** Bytes a second; null for as fast as it goes, `pause` for nothing at all. */
  limit: z.union([limitSchema.nullable(), z.literal('pause')]),
})
export type BandwidthRule = Readonly<z.infer<typeof bandwidthRuleSchema>>

export const bandwidthSchema = z.object({
  /** Holds wherever no rule does; bytes a second, null for none. */
  limitBytesPerSecond: limitSchema.nullable().default(null),
  /** The first one that holds at a moment counts. */
  timetable: z.array(bandwidthRuleSchema).max(50).default([]),
})
export type Bandwidth = Readonly<z.infer<typeof bandwidthSchema>>

/** What holds now, and until when (ms since 1970; null for as long as nobody changes it). */
export interface BandwidthNow {
  /** Bytes a second; null for no limit, `pause` for nothing at all. */
  readonly limit: BandwidthRule['limit']
  readonly untilMs: number | null
}
