/** Drops whose files a page is streaming: which are open, which of their files came, and that no path comes twice. */
import { rm } from 'node:fs/promises'
import { missingNamed, type NeverArrived } from '../../shared/batch.ts'
import type { CommandInput, SkippedFile } from '../../shared/ipc.ts'
import { toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import type { Client, InboxBatch } from '../client/client.ts'
import { ArrivalOrder } from './arrival-order.ts'
import { digestBody, type IncomingFile, receiveFile } from './receive-file.ts'

export interface InboxDropsOptions {
  readonly client: Client
  /** How long a drop stays open without a request after its page is gone, in ms: it may be about to come back. */
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
   * @param drop as the page announces it; with the id of an earlier one, that one is opened again unless it is gone
   * @param isPageConnected whether the page that begins the drop is still connected
   * @returns the drop's id
   */
  async begin(drop: Announcement, isPageConnected: () => boolean): Promise<string> {
    const { name, unread = [], leftOut = 0, skipped = 0, dropId: earlierId, presetId, serverId } = drop
    const files = drop.files + unread.length
    const stillOpen = this.#open.get(earlierId ?? '')
    if (earlierId !== undefined && stillOpen !== undefined) {
      stillOpen.drop.announce(drop)
      this.#open.set(earlierId, { ...stillOpen, isPageConnected })
      return earlierId
    }
    const { intake } = this.#options.client
    const batch = await intake.openInbox(name, earlierId, { presetId, serverId }, { files, leftOut, skipped })
    const opened = new InboxDrop(batch)
    opened.announce(drop)
    this.#open.set(batch.batchId, { drop: opened, isPageConnected })
    return batch.batchId
  }

  /** @throws UploadError `not-found` for a drop that is not open */
  find(dropId: string): InboxDrop {
    const found = this.#open.get(dropId)
    if (found !== undefined) return found.drop
    throw new UploadError('not-found', 'This upload is no longer open. Drop the files again.')
  }

  /** The page has sent what it could. @throws UploadError `not-found` for a drop that is not open */
  finish(dropId: string): Promise<void> {
    return this.#close(dropId, 'not-sent')
  }

  /** PhotoFerry ends: pages may send the rest after the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    const open = [...this.#open.values()]
    this.#open.clear()
    await Promise.all(open.map(({ drop }) => drop.suspend()))
  }

  async #close(dropId: string, why: NeverArrived['why']): Promise<void> {
    const drop = this.find(dropId)
    this.#open.delete(dropId)
    await drop.close(why)
  }

  #closeAbandoned(): void {
    for (const [dropId, { drop, isPageConnected }] of this.#open) {
      if (isPageConnected() || !drop.isIdle(this.#options.idleMs)) continue
      this.#close(dropId, 'page-closed').catch((thrown) => this.#options.report(toUploadError(thrown)))
    }
  }
}

type Announcement = CommandInput<'staging.begin'>

/** A file that is arriving, or the digest of one that has arrived. */
type Arrival = { readonly digest: string } | 'arriving'

/** One open drop. */
class InboxDrop {
  readonly #batch: InboxBatch
  readonly #arrivals = new Map<string, Arrival>()
  readonly #order = new ArrivalOrder()
  readonly #running = new Set<Promise<void>>()
  /** Paths that were announced and have not arrived; those of folders that the page could not read end with `/`. */
  readonly #expected = new Set<string>()
  /** How many files are still to come of those that were announced without their paths. */
  #unnamed = 0
  #lastActiveMs = Date.now()

  constructor(batch: InboxBatch) {
    this.#batch = batch
  }

  /** The page says which files it is going to send. */
  announce({ files, paths, unread = [] }: Announcement): void {
    for (const path of unread) this.#expected.add(`${path}/`)
    for (const path of paths ?? []) if (this.#arrivals.get(path) === undefined) this.#expected.add(path)
    this.#unnamed = paths === undefined ? files : 0
    this.#lastActiveMs = Date.now()
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
      this.#cross(file.relativePath)
    } finally {
      this.#running.delete(work)
      this.#lastActiveMs = Date.now()
    }
  }

  /** Lists files that the page skipped. */
  async skip(files: readonly SkippedFile[]): Promise<void> {
    const work = this.#batch.skip(files)
    this.#running.add(work)
    try {
      await work
      for (const { relativePath } of files) this.#cross(relativePath)
    } finally {
      this.#running.delete(work)
      this.#lastActiveMs = Date.now()
    }
  }

  /** Whether nothing is arriving, and nothing has arrived for `idleMs`. */
  isIdle(idleMs: number): boolean {
    return this.#running.size === 0 && Date.now() - this.#lastActiveMs >= idleMs
  }

  /** Waits for arriving files, then tells the client that no more will come. @param why others did not */
  async close(why: NeverArrived['why']): Promise<void> {
    await Promise.allSettled(this.#running)
    await this.#batch.close(this.#missing(why))
  }

  /** Waits for arriving files; the others may come after the next start. */
  async suspend(): Promise<void> {
    await Promise.allSettled(this.#running)
    const nothingToCome = this.#missing('not-sent') === null
    await (nothingToCome ? this.#batch.close(null) : this.#batch.suspend())
  }

  /** One that was announced is there. */
  #cross(relativePath: string): void {
    if (!this.#expected.delete(relativePath)) this.#unnamed = Math.max(0, this.#unnamed - 1)
  }

  #missing(why: NeverArrived['why']): NeverArrived | null {
    // Before a restart, too, and only the answer was lost.
    const expected = [...this.#expected].filter((path) => !this.#batch.received.has(path))
    const files = expected.length + this.#unnamed
    const names = expected.slice(0, missingNamed)
    return files === 0 ? null : { files, names, why, dismissed: false }
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
      const nameCopy = (copy: string) => this.#batch.nameCopy(copy, file.relativePath)
      const { path, digest } = await receiveFile(file, this.#batch.folder, nameCopy)
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
