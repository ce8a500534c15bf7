/** How fast bytes were acknowledged in each second of the last minutes: for a plot, and for an honest estimate. */
import type { SpeedSample, TimeLeft } from '../../shared/feed.ts'

const keptSeconds = 300
/** After so many seconds without a byte, no more samples are given. */
const tailSeconds = 10
/** An estimate compares windows of this many seconds: shorter ones show single chunks, not the connection. */
const windowSeconds = 10
const windows = 6
/** With fewer seconds of work than this, no honest estimate is possible. */
const leastSeconds = 5
/** The worst window counts, but as no more than so many times slower than the average. */
const worstRatio = 4

/** All times are ms since 1970 and never read from a clock in here. */
export class SpeedHistory {
  /** Second since 1970 -> bytes; in order. */
  readonly #seconds = new Map<number, number>()
  /** Second since 1970 -> how much of it nothing was being sent, ms. */
  readonly #idleMs = new Map<number, number>()
  /** Null while something is being sent. */
  #idleSinceMs: number | null = null
  #last = 0

  /** @param bytes just acknowledged */
  record(bytes: number, nowMs: number): void {
    this.work(nowMs)
    const second = Math.floor(nowMs / 1000)
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + bytes)
    this.#last = second
    for (const old of this.#seconds.keys()) {
      if (old >= second - keptSeconds) break
      this.#seconds.delete(old)
    }
  }

  /** Nothing is being sent since then: what follows is no measure of the connection. */
  rest(sinceMs: number): void {
    this.#idleSinceMs ??= sinceMs
  }

  /** Something is being sent from now on. */
  work(nowMs: number): void {
    const sinceMs = this.#idleSinceMs
    this.#idleSinceMs = null
    if (sinceMs === null) return
    for (const second of this.#idleMs.keys())
      if (second < nowMs / 1000 - keptSeconds) this.#idleMs.delete(second)
    const first = Math.max(Math.floor(sinceMs / 1000), Math.floor(nowMs / 1000) - keptSeconds)
    for (let second = first; second * 1000 < nowMs; second++) {
      const idleMs = Math.min(nowMs, (second + 1) * 1000) - Math.max(sinceMs, second * 1000)
      this.#idleMs.set(second, Math.min(1000, (this.#idleMs.get(second) ?? 0) + idleMs))
    }
  }

  /** The whole seconds that ended after `afterMs`; those in which nothing came are zero, a long silence is left out. */
  since(afterMs: number, nowMs: number): SpeedSample[] {
    const [first] = this.#seconds.keys()
    if (first === undefined) return []
    const now = Math.floor(nowMs / 1000)
    const samples: SpeedSample[] = []
    const from = Math.max(first, Math.floor(afterMs / 1000), now - keptSeconds)
    for (let second = from; second < Math.min(now, this.#last + tailSeconds); second++) {
      samples.push({ atMs: (second + 1) * 1000, bytesPerSecond: this.#seconds.get(second) ?? 0 })
    }
    return samples
  }

  /**
   * How long `bytes` take if the connection stays as it was lately: between its best and its worst ten seconds of work.
   * Idle time between jobs, pauses and the wait for a server tell nothing of it.
   * @returns null where too little was measured
   */
  timeFor(bytes: number, nowMs: number): TimeLeft | null {
    if (this.#idleSinceMs !== null) {
      this.work(nowMs)
      this.rest(nowMs)
    }
    const recent = this.#windows(nowMs)
    const all = recent.flat()
    if (workedSeconds(all) < leastSeconds) return null
    const mean = speedOf(all)
    if (mean === 0) return null
    const speeds = recent.filter((some) => workedSeconds(some) >= leastSeconds).map(speedOf)
    const best = Math.max(mean, ...speeds)
    const worst = Math.max(mean / worstRatio, Math.min(mean, ...speeds))
    return { lowSeconds: bytes / best, highSeconds: bytes / worst }
  }

  /** The last windows, newest first: each of `windowSeconds` in which something was being sent, the oldest perhaps of fewer. */
  #windows(nowMs: number): WorkedSecond[][] {
    const found: WorkedSecond[][] = []
    let open: WorkedSecond[] = []
    for (const { atMs, bytesPerSecond: bytes } of this.since(0, nowMs).reverse()) {
      if (found.length === windows) break
      const workedMs = 1000 - (this.#idleMs.get(atMs / 1000 - 1) ?? 0)
      open.push({ bytes, workedMs })
      if (workedSeconds(open) < windowSeconds) continue
      found.push(open)
      open = []
    }
    return found.length < windows ? [...found, open] : found
  }
}

interface WorkedSecond {
  readonly bytes: number
  readonly workedMs: number
}

function workedSeconds(seconds: readonly WorkedSecond[]): number {
  return seconds.reduce((sum, { workedMs }) => sum + workedMs, 0) / 1000
}

/** Bytes a second. */
function speedOf(seconds: readonly WorkedSecond[]): number {
  return seconds.reduce((sum, { bytes }) => sum + bytes, 0) / workedSeconds(seconds)
}
