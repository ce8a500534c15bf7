/**
 * Digests partials while their chunks come in: what has arrived without a gap is read in a thread of its own, while the
 * system still has it in memory, so that completing a file reads nothing back.
 */
import { Piscina } from 'piscina'
import type { FileDigests } from '../../digests.ts'
import type { Arrivals, OnBytes } from '../store.ts'
import { digestWorkerUrl } from './digest-pool.ts'
import type { ReadingStep } from './digest-worker.ts'

/** Partials take turns after so many bytes: one that is read anew after a restart delays no other. */
const stepBytes = 64 * 1024 * 1024

/** How far one partial has been read. */
interface Reading {
  /** Of its state in the thread. */
  readonly id: number
  /** Bytes that may be read. */
  end: number
  /** Bytes that were read. */
  read: number
  /** Ends when all that may be read was read, or the reading was given up. */
  running: Promise<void> | undefined
  onBytes: OnBytes
}

export class ReadBehind implements Arrivals {
  readonly #pathOf: (taskId: string) => string
  readonly #readings = new Map<string, Reading>()
  #pool: Piscina | undefined
  #lastId = 0

  /** @param pathOf absolute path of a task's partial */
  constructor(pathOf: (taskId: string) => string) {
    this.#pathOf = pathOf
  }

  advance(taskId: string, end: number): void {
    const reading = this.#readings.get(taskId) ?? this.#begin(taskId)
    if (end <= reading.end) return
    reading.end = end
    reading.running ??= this.#readOn(taskId, reading)
  }

  async digests(taskId: string, size: number, onBytes: OnBytes): Promise<FileDigests | undefined> {
    const reading = this.#readings.get(taskId)
    if (reading?.end !== size) {
      this.forget(taskId)
      return undefined
    }
    reading.onBytes = onBytes
    await reading.running
    // It was forgotten meanwhile, or could not be read.
    if (this.#readings.get(taskId) !== reading || reading.read !== size) return undefined
    this.#readings.delete(taskId)
    // Where the thread has died, the file is read back.
    return this.#threads()
      .run(reading.id, { name: 'endReading' })
      .catch(() => undefined)
  }

  forget(taskId: string): void {
    const reading = this.#readings.get(taskId)
    if (reading === undefined) return
    this.#readings.delete(taskId)
    // Where the thread has died, its state is gone anyway.
    void this.#threads()
      .run(reading.id, { name: 'dropReading' })
      .catch(() => undefined)
  }

  /** Stops the thread. */
  async close(): Promise<void> {
    this.#readings.clear()
    await this.#pool?.destroy()
  }

  #begin(taskId: string): Reading {
    const reading = {
      id: ++this.#lastId,
      end: 0,
      read: 0,
      running: undefined,
      onBytes: () => undefined,
    }
    this.#readings.set(taskId, reading)
    return reading
  }

  /** Never rejects: what cannot be read now is read back when the file is completed, which says why it fails. */
  async #readOn(taskId: string, reading: Reading): Promise<void> {
    const isWanted = () => this.#readings.get(taskId) === reading
    try {
      while (isWanted() && reading.read < reading.end) {
        const to = Math.min(reading.end, reading.read + stepBytes)
        const step: ReadingStep = { id: reading.id, path: this.#pathOf(taskId), from: reading.read, to }
        await this.#threads().run(step, { name: 'readOn' })
        reading.read = to
        reading.onBytes(to)
      }
    } catch {
      if (isWanted()) this.forget(taskId)
    }
    reading.running = undefined
  }

  /** One thread, which stays: it holds the state of what has been read. */
  #threads(): Piscina {
    this.#pool ??= new Piscina({
      filename: digestWorkerUrl,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: Number.POSITIVE_INFINITY,
    })
    return this.#pool
  }
}
