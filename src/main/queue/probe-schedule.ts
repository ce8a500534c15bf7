/**
 * When a suspended connection is probed: at once, then after growing pauses, and never before the server allows it. Counts
 * on the monotonic clock: one that a person or a time server sets changes nothing about how long it is still to wait.
 */
import type { ErrorCode, UploadError } from '../../shared/protocol/errors.ts'
import { backoffMs } from './retry-policy.ts'

const firstPauseMs = 1_000
/** A little under 5 s, so that the light is right within 5 s of the end of a trouble. */
const longestPauseMs = 4_500
/** After this much trouble, nobody is waiting in front of the screen any more. */
const longTroubleMs = 5 * 60_000
const longTroublePauseMs = 30_000

/** How long nothing is tried after an error that names no time itself, ms: neither room nor a rate comes back at once. */
const holds: Readonly<Partial<Record<ErrorCode, number>>> = {
  'storage-full': 4_500,
  'too-many-requests': firstPauseMs,
}

export class ProbeSchedule {
  #probes = 0
  /** As `performance.now` counts; 0 for no time at all. */
  #heldUntilMs = 0

  /** Probes since the schedule began. */
  get probes(): number {
    return this.#probes
  }

  /** Whether the server asked not to be tried now. */
  get isHeld(): boolean {
    return this.heldMs > 0
  }

  /** How long it still asks not to be tried, ms. */
  get heldMs(): number {
    return Math.max(0, this.#heldUntilMs - performance.now())
  }

  /** Obeys Retry-After, or the pause that the kind of failure needs. */
  hold({ code, retryAfterMs = 0 }: UploadError): void {
    const holdMs = Math.max(retryAfterMs, holds[code] ?? 0)
    if (holdMs > 0) this.#heldUntilMs = Math.max(this.#heldUntilMs, performance.now() + holdMs)
  }

  /**
   * The pause before the next probe, which counts as made.
   * @param troubleMs how long the trouble has lasted, ms awake
   * @param random 0 to 1
   * @param probedMs how long the probe before it took, ms: the pause counts from its beginning, so that the light is right in
   * time also where each probe is answered by nobody
   * @returns ms from now
   */
  next(troubleMs: number, random: number, probedMs = 0): number {
    const pauseMs = this.#pauseMs(troubleMs, random) - probedMs
    this.#probes++
    return Math.max(0, pauseMs, this.heldMs)
  }

  /** The pauses begin afresh; what the server asked for stays. */
  restart(): void {
    this.#probes = 0
  }

  /** The trouble is over. */
  reset(): void {
    this.#probes = 0
    this.#heldUntilMs = 0
  }

  #pauseMs(troubleMs: number, random: number): number {
    if (this.#probes === 0) return 0
    const longestMs = troubleMs < longTroubleMs ? longestPauseMs : longTroublePauseMs
    return backoffMs(this.#probes - 1, random, firstPauseMs, longestMs)
  }
}
