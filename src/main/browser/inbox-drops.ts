/** Drops whose files a page is streaming: which are open, which of their files came, and that no path comes twice. */
import { rm } from 'node:fs/promises'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import type { Client, DropChoice, InboxBatch } from '../client/client.ts'
import { ArrivalOrder } from './arrival-order.ts'
import { digestBody, type IncomingFile, receiveFile } from './receive-file.ts'

export interface InboxDropsOptions {
  readonly client: Client
  /** How long a drop stays open without a request after its page is gone, in ms. */
  readonly idleMs: number
  /** Receives errors that no page is left to show. */
  readonly report: (error: UploadError) => void
}

interface OpenDrop {
  readonly drop: InboxDrop
  readonly isPageConnected: () => boolean
}

/** Opens, finds and closes drops. Closes a drop that its page left behind after a while. */
export class InboxDrops {
  readonly #options: InboxDropsOptions
  readonly #open = new Map<string, OpenDrop>()
  readonly #timer: NodeJS.Timeout

  constructor(options: InboxDropsOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.#closeAbandoned(), Math.ceil(options.idleMs / 10)).unref()
  }

  /**
   * Opens a drop, or one that was interrupted once more.
   * @param name of a new drop
   * @param isPageConnected whether the page that begins the drop is still connected
   * @param earlierId of a drop to resume; a new one is opened when it is gone
   * @param choice of preset and server for a new drop; left out, the settings decide
   * @returns the drop's id
   */
  async begin(
    name: string,
    isPageConnected: () => boolean,
    earlierId?: string,
    choice?: DropChoice,
  ): Promise<string> {
    const stillOpen = this.#open.get(earlierId ?? '')
    if (earlierId !== undefined && stillOpen !== undefined) {
      this.#open.set(earlierId, { ...stillOpen, isPageConnected })
      return earlierId
    }
    const batch = await this.#options.client.intake.openInbox(name, earlierId, choice)
    this.#open.set(batch.batchId, { drop: new InboxDrop(batch), isPageConnected })
    return batch.batchId
  }

  /** @throws UploadError `not-found` for a drop that is not open */
  find(dropId: string): InboxDrop {
    const found = this.#open.get(dropId)
    if (found !== undefined) return found.drop
    throw new UploadError('not-found', 'This upload is no longer open. Drop the files again.')
  }

  /** @throws UploadError `not-found` for a drop that is not open */
  async finish(dropId: string): Promise<void> {
    const drop = this.find(dropId)
    this.#open.delete(dropId)
    await drop.close()
  }

  /** Closes every drop with the files that it has. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all([...this.#open.keys()].map((dropId) => this.finish(dropId)))
  }

  #closeAbandoned(): void {
    for (const [dropId, { drop, isPageConnected }] of this.#open) {
      if (isPageConnected() || !drop.isIdle(this.#options.idleMs)) continue
      this.finish(dropId).catch((thrown) => this.#options.report(toUploadError(thrown)))
    }
  }
}

/** A file that is arriving, or the digest of one that has arrived. */
type Arrival = { readonly digest: string } | 'arriving'

/** One open drop. */
class InboxDrop {
  readonly #batch: InboxBatch
  readonly #arrivals = new Map<string, Arrival>()
  readonly #order = new ArrivalOrder()
  readonly #running = new Set<Promise<void>>()
  #lastActiveMs = Date.now()

  constructor(batch: InboxBatch) {
    this.#batch = batch
  }

  /**
   * Adds one file. The same bytes under the same path may come again and change nothing.
   * @throws UploadError `task-busy` while the same path is arriving; `name-invalid` for other bytes under a path that
   * has arrived; what `receiveFile` throws
   */
  async add(file: IncomingFile): Promise<void> {
    const work = this.#receive(file)
    this.#running.add(work)
    try {
      await work
    } finally {
      this.#running.delete(work)
      this.#lastActiveMs = Date.now()
    }
  }

  /** Whether nothing is arriving, and nothing has arrived for `idleMs`. */
  isIdle(idleMs: number): boolean {
    return this.#running.size === 0 && Date.now() - this.#lastActiveMs >= idleMs
  }

  /** Waits for arriving files, then tells the client that no more will come. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#running)
    await this.#batch.close()
  }

  async #receive(file: IncomingFile): Promise<void> {
    const arrival = this.#arrivals.get(file.relativePath)
    if (arrival === 'arriving') {
      throw new UploadError('task-busy', `${file.relativePath} is arriving already. Wait, then ask again.`)
    }
    if (arrival === undefined && this.#batch.received.get(file.relativePath) === file.size) {
      // It arrived before PhotoFerry restarted, and only the answer was lost.
      await digestBody(file)
      return
    }
    if (arrival === undefined) return this.#receiveNew(file)
    if ((await digestBody(file)) === arrival.digest) return
    throw new UploadError('name-invalid', `Another file was already added as ${file.relativePath}.`)
  }

  async #receiveNew(file: IncomingFile): Promise<void> {
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
      // The next file need not wait until this one is on disk: such writes are shared.
      await this.#batch.add(relativePath, path, () => place !== null && this.#order.end(place))
    } catch (thrown) {
      await rm(path, { force: true })
      throw thrown
    }
  }
}
