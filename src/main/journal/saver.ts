/** Writes what changed in the journal to disk: changes together, soon, and without blocking the event loop where it can. */
import { setTimeout as delay } from 'node:timers/promises'

/** Changes within this long are written together. */
const saveDelayMs = 500
/** After a write that failed, as on a full disk. */
const retryDelayMs = 5_000
/** Callers of `saveSoon` and `hurry` within this long share one write. */
const sharedSaveMs = 20

/** How the files of a journal are written; all throw what the disk throws. */
export interface SaverFiles {
  writeShard(number: number): void
  saveShard(number: number): Promise<void>
  writeBatches(): void
  saveBatches(): Promise<void>
  /** A write that nobody waits for failed; it is tried again after a pause, and with the next change. */
  onError(error: unknown): void
}

export class Saver {
  readonly #files: SaverFiles
  readonly #dirty = new Set<number>()
  /** Being saved right now: not dirty any more, and not yet on disk. */
  readonly #inFlight = new Set<number>()
  #batchesDirty = false
  #batchesInFlight = false
  readonly #afterSave: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #shared: Promise<void> | undefined
  #saving: Promise<void> = Promise.resolve()

  constructor(files: SaverFiles) {
    this.#files = files
  }

  markShard(number: number): void {
    this.#dirty.add(number)
    this.#schedule()
  }

  markBatches(): void {
    this.#batchesDirty = true
    this.#schedule()
  }

  /**
   * Writes what changed, now; returns when it is on disk. Throws what the disk throws; a later call tries again. Blocks
   * the event loop for as long as the disk takes: only for small changes, and at the end.
   */
  flush(): void {
    this.#cancelTimer()
    // Items before batches: a folder must not count as read before its last files are on disk.
    for (const number of new Set([...this.#dirty, ...this.#inFlight])) {
      this.#files.writeShard(number)
      this.#dirty.delete(number)
    }
    if (this.#batchesDirty || this.#batchesInFlight) this.#files.writeBatches()
    this.#batchesDirty = false
    for (const work of this.#afterSave.splice(0)) work()
  }

  /** The same, file by file without blocking the event loop; fulfils when all that was put before is on disk. */
  save(): Promise<void> {
    const saved = this.#saving.then(() => this.#saveAll())
    this.#saving = saved.catch(() => undefined)
    return saved
  }

  /** Fulfils when what was put is on disk; callers that come together share one write. Rejects with what the disk throws. */
  saveSoon(): Promise<void> {
    this.#shared ??= delay(sharedSaveMs).then(() => {
      this.#shared = undefined
      return this.save()
    })
    return this.#shared
  }

  /**
   * Does something that must not happen before what was put is on disk, such as deleting what only a file that is
   * not yet done still needs.
   */
  afterSave(work: () => void): void {
    this.#afterSave.push(work)
    this.#schedule()
  }

  /** Writes what was marked at once, with what is marked within the next moment. */
  hurry(): void {
    this.#cancelTimer()
    this.#schedule(sharedSaveMs)
  }

  #schedule(delayMs = saveDelayMs): void {
    this.#timer ??= setTimeout(() => this.save().catch((error) => this.#failed(error)), delayMs)
  }

  /** There may be room again although nothing changes any more. */
  #failed(error: unknown): void {
    this.#files.onError(error)
    this.#timer ??= setTimeout(() => this.save().catch((again) => this.#failed(again)), retryDelayMs)
  }

  #cancelTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  async #saveAll(): Promise<void> {
    this.#cancelTimer()
    const works = this.#afterSave.splice(0)
    try {
      for (const number of [...this.#dirty]) await this.#saveShard(number)
      if (this.#batchesDirty) await this.#saveBatches()
    } catch (error) {
      this.#afterSave.unshift(...works)
      throw error
    }
    for (const work of works) work()
  }

  async #saveShard(number: number): Promise<void> {
    this.#dirty.delete(number)
    this.#inFlight.add(number)
    try {
      await this.#files.saveShard(number)
    } catch (error) {
      this.#dirty.add(number)
      throw error
    } finally {
      this.#inFlight.delete(number)
    }
  }

  async #saveBatches(): Promise<void> {
    this.#batchesDirty = false
    this.#batchesInFlight = true
    try {
      await this.#files.saveBatches()
    } catch (error) {
      this.#batchesDirty = true
      throw error
    } finally {
      this.#batchesInFlight = false
    }
  }
}
