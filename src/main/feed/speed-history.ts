/** How fast bytes were acknowledged in each second of the last minutes: for a plot, and for an honest estimate. */
import type { SpeedSample, TimeLeft } from '../../shared/feed.ts'

const keptSeconds = 300
/** After so many seconds without a byte, no more samples are given. */
const tailSeconds = 10
/** An estimate compares windows of this many seconds: shorter ones show single chunks, not the connection. */
const windowSeconds = 10
const windows = 6
/** With fewer seconds than this, no honest estimate is possible. */
const leastSeconds = 5
/** The worst window counts, but as no more than so many times slower than the average. */
const worstRatio = 4

/** All times are ms since 1970 and never read from a clock in here. */
export class SpeedHistory {
  /** Second since 1970 -> bytes; in order. */
  readonly #seconds = new Map<number, number>()
  #last = 0

  /** @param bytes just acknowledged */
  record(bytes: number, nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    this.#seconds.set(second, (this.#seconds.get(second) ?? 0) + bytes)
    this.#last = second
    for (const old of this.#seconds.keys()) {
      if (old >= second - keptSeconds) break
      this.#seconds.delete(old)
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
   * How long `bytes` take if the connection stays as it was lately: between its best and its worst ten seconds.
   * @returns null where too little was measured
   */
  timeFor(bytes: number, nowMs: number): TimeLeft | null {
    const recent = this.since(nowMs - windows * windowSeconds * 1000, nowMs).map(
      (sample) => sample.bytesPerSecond,
    )
    if (recent.length < leastSeconds) return null
    const mean = average(recent)
    if (mean === 0) return null
    const speeds: number[] = []
    for (let end = recent.length; end > 0; end -= windowSeconds) {
      const some = recent.slice(Math.max(0, end - windowSeconds), end)
      if (some.length >= leastSeconds) speeds.push(average(some))
    }
    const best = Math.max(mean, ...speeds)
    const worst = Math.max(mean / worstRatio, Math.min(mean, ...speeds))
    return { lowSeconds: bytes / best, highSeconds: bytes / worst }
  }
}

function average(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length
}
