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

export class Readings {
  readonly #readings = new Map<number, Reading>()

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
