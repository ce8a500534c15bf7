/** One drop that a page is streaming: which of its files came, and that no path is taken twice. */
import { rm } from 'node:fs/promises'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { InboxBatch } from '../client/client.ts'
import { ArrivalOrder } from './arrival-order.ts'
import { digestBody, type IncomingFile, receiveFile } from './receive-file.ts'

/** A file under way, or the digest of one that came. */
type Arrival = { readonly digest: string } | 'arriving'

export class StagedDrop {
  readonly #batch: InboxBatch
  readonly #arrivals = new Map<string, Arrival>()
  readonly #order = new ArrivalOrder()
  readonly #underWay = new Set<Promise<void>>()
  #lastActiveMs = Date.now()

  constructor(batch: InboxBatch) {
    this.#batch = batch
  }

  /**
   * Adds one file; the same bytes under the same path once more are welcome and change nothing.
   * @throws UploadError `task-busy` while the same path is arriving; `name-invalid` for other bytes under a path
   * that is taken; whatever `receiveFile` throws
   */
  async add(file: IncomingFile): Promise<void> {
    const work = this.#take(file)
    this.#underWay.add(work)
    try {
      await work
    } finally {
      this.#underWay.delete(work)
      this.#lastActiveMs = Date.now()
    }
  }

  /** Whether nothing has come for `idleMs` and nothing is coming. */
  isIdle(idleMs: number): boolean {
    return this.#underWay.size === 0 && Date.now() - this.#lastActiveMs >= idleMs
  }

  /** Waits for what is under way, then tells the client that this is all. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#underWay)
    await this.#batch.close()
  }

  async #take(file: IncomingFile): Promise<void> {
    const arrival = this.#arrivals.get(file.relativePath)
    if (arrival === 'arriving') {
      throw new UploadError(
        'task-busy',
        `${file.relativePath} is arriving already: wait for it, then ask again.`,
      )
    }
    if (arrival === undefined && this.#batch.received.get(file.relativePath) === file.size) {
      // It came before PhotoFerry was started anew; only the answer did not.
      await digestBody(file)
      return
    }
    if (arrival === undefined) return this.#takeNew(file)
    if ((await digestBody(file)) === arrival.digest) return
    throw new UploadError('name-invalid', `This drop already has another file at ${file.relativePath}.`)
  }

  async #takeNew(file: IncomingFile): Promise<void> {
    this.#arrivals.set(file.relativePath, 'arriving')
    if (file.place !== null) this.#order.begin(file.place)
    try {
      const { path, digest } = await receiveFile(file, this.#batch.folder)
      await this.#handOver(file, path)
      this.#arrivals.set(file.relativePath, { digest })
    } catch (thrown) {
      this.#arrivals.delete(file.relativePath)
      throw thrown
    } finally {
      if (file.place !== null) this.#order.end(file.place)
    }
  }

  async #handOver({ relativePath, place }: IncomingFile, path: string): Promise<void> {
    if (place !== null) await this.#order.turnOf(place)
    try {
      // The next one need not wait until this one is on disk: such writes are shared.
      await this.#batch.add(relativePath, path, () => place !== null && this.#order.end(place))
    } catch (thrown) {
      await rm(path, { force: true })
      throw thrown
    }
  }
}
