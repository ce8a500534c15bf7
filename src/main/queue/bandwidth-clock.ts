/** Follows the timetable while the app runs: tells whenever another limit holds from now on. */
import type { Bandwidth, BandwidthNow } from '../../shared/bandwidth.ts'
import { bandwidthAt } from './timetable.ts'

/** A laptop sleeps and clocks are set: nothing is believed for longer than this. */
const longestWaitMs = 30_000
/** Bytes a second that each stream needs, so that none looks as if it had died. */
const leastPerStream = 32 * 1024

export class BandwidthClock {
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

  /** Looks at the timetable now, and again whenever it may say otherwise. */
  look(): void {
    clearTimeout(this.#timer)
    const nowMs = Date.now()
    const before = this.#now
    this.#now = bandwidthAt(this.#bandwidth(), nowMs)
    const untilMs = this.#now.untilMs ?? Number.POSITIVE_INFINITY
    if (this.#bandwidth().timetable.length > 0) {
      this.#timer = setTimeout(() => this.look(), Math.min(untilMs - nowMs, longestWaitMs)).unref()
    }
    if (before.limit !== this.#now.limit) this.#onChange(this.#now)
  }

  /** As many files and chunks at once as a limit can feed; none while it lets nothing through. */
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
