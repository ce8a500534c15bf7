/** How fast bytes are acknowledged, over a sliding window; null while too little is known. */

/** Long enough to span several chunks on a slow connection, short enough to follow a change of network. */
const windowMs = 10_000
const bucketMs = 250
/** Before this much time was measured, there is no speed. */
const leastMs = 1_000

interface Bucket {
  readonly startMs: number
  bytes: number
}

/** A meter of one stream of bytes; all times are ms since 1970 and never read from a clock in here. */
export class SpeedMeter {
  #buckets: Bucket[] = []
  #firstMs: number | null = null

  /** @param bytes just acknowledged */
  record(bytes: number, nowMs: number): void {
    this.#firstMs ??= nowMs
    const last = this.#buckets.at(-1)
    if (last && nowMs - last.startMs < bucketMs) last.bytes += bytes
    else this.#buckets.push({ startMs: nowMs, bytes })
    this.#forget(nowMs)
  }

  /** Starts again, as after a pause. */
  reset(): void {
    this.#buckets = []
    this.#firstMs = null
  }

  /** Bytes a second, or null when nothing moved in the window or too little was seen. */
  bytesPerSecond(nowMs: number): number | null {
    this.#forget(nowMs)
    const bytes = this.#buckets.reduce((sum, bucket) => sum + bucket.bytes, 0)
    const seenMs = Math.min(windowMs, nowMs - (this.#firstMs ?? nowMs))
    if (bytes === 0 || seenMs < leastMs) return null
    return (bytes * 1000) / seenMs
  }

  #forget(nowMs: number): void {
    const oldest = this.#buckets.findIndex((bucket) => nowMs - bucket.startMs < windowMs)
    if (oldest !== 0) this.#buckets = oldest < 0 ? [] : this.#buckets.slice(oldest)
    if (this.#buckets.length === 0) this.#firstMs = null
  }
}
