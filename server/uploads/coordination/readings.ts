/** Stored files that are being read once more, to learn a digest that their rows lack. A file is read by one job at a time. */
import type { FileRow } from '../../ledger/ledger.ts'
import type { OnBytes } from '../../storage/store.ts'

export interface Reading {
  /** Bytes of the whole file. */
  readonly size: number
  /** The row with its digest; undefined when the file turned out not to be what its row says. */
  readonly result: Promise<FileRow | undefined>
  /** Bytes read so far. */
  readBytes: number
}

/** A file that could not be read is tried again after this: no offer is to read gigabytes up to the same bad sector. */
const triedAgainAfterMs = 10 * 60_000

/** Failures are kept for so many files; the oldest is dropped for another. */
const maxFailures = 10_000

export class Readings {
  readonly #readings = new Map<number, Reading>()
  /** File -> when it could not be read, ms since 1970; the oldest first. */
  readonly #failures = new Map<number, number>()
  readonly #now: () => number

  /** @param now ms since 1970 */
  constructor(now: () => number) {
    this.#now = now
  }

  /** Whether the disk could not read this file a short while ago. */
  hasFailedLately(fileId: number): boolean {
    const failedAtMs = this.#failures.get(fileId)
    if (failedAtMs === undefined) return false
    const agoMs = this.#now() - failedAtMs
    if (agoMs >= 0 && agoMs < triedAgainAfterMs) return true
    this.#failures.delete(fileId)
    return false
  }

  /** The disk could not read this file. */
  onFailure(fileId: number): void {
    const [oldest] = this.#failures.keys()
    if (oldest !== undefined && this.#failures.size >= maxFailures) this.#failures.delete(oldest)
    this.#failures.delete(fileId)
    this.#failures.set(fileId, this.#now())
  }

  /** The reading of this file that is running; `read` starts one when there is none. */
  startOrJoin({ fileId, size }: FileRow, read: (onBytes: OnBytes) => Promise<FileRow | undefined>): Reading {
    const running = this.#readings.get(fileId)
    if (running !== undefined) return running
    const onBytes = (bytes: number) => {
      reading.readBytes = bytes
    }
    const reading: Reading = { size, readBytes: 0, result: read(onBytes) }
    this.#readings.set(fileId, reading)
    const forget = () => void this.#readings.delete(fileId)
    reading.result.then(forget, forget)
    return reading
  }
}

/**
 * Waits for the reading, at most `waitMs`.
 * @returns `running` when it needs longer
 * @throws what the reading failed with
 */
export async function within(reading: Reading, waitMs: number): Promise<FileRow | undefined | 'running'> {
  const { promise: late, resolve } = Promise.withResolvers<'running'>()
  const timer = setTimeout(() => resolve('running'), waitMs)
  try {
    return await Promise.race([reading.result, late])
  } finally {
    clearTimeout(timer)
  }
}
