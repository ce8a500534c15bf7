/**
 * Looks after the library: the timer that checks every stored file once in a period at a bounded pace, and the full scrub
 * that an administrator starts. Both read the same files in the same order; at most one of them runs.
 */
import { Throttle } from '../../storage/throttle.ts'
import type { ScrubbedFile, Uploads } from '../context.ts'
import { hasCode } from '../upload-errors.ts'
import { type RoundEnd, type ScrubScope, scrubRound } from './scrub-round.ts'

export interface ScrubPace {
  /** Every file is checked at least once in this time, ms; 0 turns the timer off. */
  readonly periodMs: number
  /** At most so many bytes are read per second. */
  readonly bytesPerSecond: number
  /** How long after the start the timer begins, ms. */
  readonly firstAfterMs: number
}

/** How far the scrub is that runs, or how the last one ended. */
export interface ScrubProgress {
  readonly isRunning: boolean
  /** Whether an administrator started it; false for the timer's. */
  readonly isFull: boolean
  /** ms since 1970; null before the first. */
  readonly startedAtMs: number | null
  /** Files, and bytes of files, that this one has read. */
  readonly checkedFiles: number
  readonly checkedBytes: number
  /** Why it ended before its end, as a sentence; null otherwise. */
  readonly failure: string | null
}

/** How long after a round the timer begins the next, ms; later where the disk or another server is the reason. */
const nextAfterMs = 10 * 60 * 1000
const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs
/** Files are due after this part of the period, so that there is time left to read them in. */
const dueAfter = 0.75
/** While clients upload, this part of the pace is left to the scrub; how often that is looked at, ms. */
const shareWhileBusy = 0.25
const adjustEveryMs = 500

interface Round {
  readonly throttle: Throttle
  readonly isFull: boolean
  readonly ended: Promise<RoundEnd | 'failed'>
}

export class Scrub {
  readonly #uploads: Uploads
  readonly #pace: ScrubPace
  #round: Round | undefined
  #timer: NodeJS.Timeout | undefined
  #isClosed = false
  #progress: ScrubProgress = {
    isRunning: false,
    isFull: false,
    startedAtMs: null,
    checkedFiles: 0,
    checkedBytes: 0,
    failure: null,
  }

  /** @param uploads of the whole library */
  constructor(uploads: Uploads, pace: ScrubPace) {
    this.#uploads = uploads
    this.#pace = pace
  }

  get progress(): ScrubProgress {
    return this.#progress
  }

  /** Starts the timer, unless it is turned off. */
  start(): void {
    if (this.#pace.periodMs > 0) this.#schedule(this.#pace.firstAfterMs)
  }

  /** Checks all files as fast as the disk allows, instead of a round of the timer; joins a full scrub that runs already. */
  async startFull(): Promise<void> {
    while (this.#round !== undefined && !this.#round.isFull) {
      this.#round.throttle.stop()
      await this.#round.ended
    }
    if (this.#round !== undefined || this.#isClosed) return
    const nowMs = this.#uploads.now()
    this.#begin(true, { checkedBeforeMs: nowMs, lostBeforeMs: nowMs })
  }

  /** Resolves once no scrub runs. */
  async untilEnded(): Promise<void> {
    await this.#round?.ended
  }

  /** Breaks off what is running. What was checked is in the ledger already. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#round?.throttle.stop()
    await this.#round?.ended
  }

  #schedule(afterMs: number): void {
    if (this.#isClosed) return
    this.#timer = setTimeout(() => void this.#runTimed(), afterMs)
    this.#timer.unref()
  }

  async #runTimed(): Promise<void> {
    const running = this.#round
    const nowMs = this.#uploads.now()
    const scope = {
      checkedBeforeMs: nowMs - this.#pace.periodMs * dueAfter,
      lostBeforeMs: nowMs - Math.min(dayMs, this.#pace.periodMs),
    }
    const end = await (running ?? this.#begin(false, scope)).ended
    this.#schedule(end === 'finished' ? nextAfterMs : hourMs)
  }

  #begin(isFull: boolean, scope: ScrubScope): Round {
    const throttle = new Throttle()
    const adjust = () => throttle.setRate(isFull ? Number.POSITIVE_INFINITY : this.#bytesPerSecond())
    adjust()
    const adjusting = setInterval(adjust, adjustEveryMs)
    this.#progress = { ...this.#progress, isRunning: true, isFull, startedAtMs: this.#uploads.now() }
    this.#progress = { ...this.#progress, checkedFiles: 0, checkedBytes: 0, failure: null }
    const ended = this.#run(scope, throttle).finally(() => {
      clearInterval(adjusting)
      this.#round = undefined
      this.#progress = { ...this.#progress, isRunning: false }
    })
    this.#round = { throttle, isFull, ended }
    return this.#round
  }

  /** Never rejects: the next round tries again. */
  async #run(scope: ScrubScope, throttle: Throttle): Promise<RoundEnd | 'failed'> {
    const { log } = this.#uploads
    const found = { verified: 0, damaged: 0 }
    const onFile = (file: ScrubbedFile) => {
      if (file.result === 'verified') found.verified += 1
      else if (file.result !== 'unknown') found.damaged += 1
      this.#progress = { ...this.#progress, checkedFiles: this.#progress.checkedFiles + 1 }
      this.#uploads.onScrubbed?.(file)
    }
    const onBytes = (bytes: number) => {
      this.#progress = { ...this.#progress, checkedBytes: this.#progress.checkedBytes + bytes }
    }
    try {
      const end = await scrubRound(this.#uploads, { ...scope, throttle, onFile, onBytes })
      if (found.verified + found.damaged > 0) log.info({ ...found, end }, 'scrubbed')
      if (end === 'lost-sight')
        this.#fail('Many files in a row are gone or unreadable. Check the disk or bucket.')
      return end
    } catch (thrown) {
      // Another server is at it.
      if (hasCode(thrown, 'task-busy')) this.#progress = { ...this.#progress, failure: busySentence }
      else
        this.#fail(`The scrub was broken off: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
      return 'failed'
    }
  }

  #fail(failure: string): void {
    this.#progress = { ...this.#progress, failure }
    this.#uploads.log.error({}, failure)
  }

  #bytesPerSecond(): number {
    const { activity, jobs } = this.#uploads
    const isBusy = activity.isAnyWriting || jobs.isAnyRunning
    return this.#pace.bytesPerSecond * (isBusy ? shareWhileBusy : 1)
  }
}

const busySentence = 'Another server that shares this library is scrubbing it.'
