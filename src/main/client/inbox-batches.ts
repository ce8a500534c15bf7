/** Batches whose files arrive one by one in an inbox folder, as those that are dropped onto browser mode's page. */

import { lstatSync } from 'node:fs'
import { type NeverArrived, noneRemoved } from '../../shared/batch.ts'
import type { SkippedFile } from '../../shared/ipc.ts'
import { isNameOnly } from '../../shared/upload.ts'
import type { Inbox, NamedCopy } from '../intake/inbox.ts'
import { stampSource } from '../intake/source-file.ts'
import type { ItemList } from '../queue/item-list.ts'
import type { DropPlan, Drops } from './drops.ts'
import { arrivedFiles, filesToCome } from './unread-paths.ts'

/** What a page says of a drop before it sends its files. */
export interface Announced {
  /** Count of the files that it is going to send or to name now, and of the folders that it could not read. */
  readonly files: number
  /** System files and folders that it left out of the drop. */
  readonly leftOut: number
  /** Files of the drop that it skipped by the person's rules and is not going to name. */
  readonly skipped: number
}

/** A drop that the page is still streaming. */
export interface InboxBatch {
  readonly batchId: string
  /** Absolute path of a folder for this drop's files; the queue deletes each file when it is done with it. */
  readonly folder: string
  /**
   * What an earlier opening of this batch received already: path inside the drop -> size in bytes.
   * The answers for the last of them may have been lost with the connection.
   */
  readonly received: ReadonlyMap<string, number>
  /**
   * Notes which file a copy is, before it lies in `folder`: a restart before `add` has ended lists it by that.
   * @param relativePath path inside the drop, parts joined by `/`
   * @param sourcePath absolute path that the copy is going to have
   */
  nameCopy(sourcePath: string, relativePath: string): void
  /**
   * Adds one file that is whole and flushed in `folder`; fulfils when the journal has it on disk.
   * @param sourcePath absolute path of the inbox copy
   * @param onListed called as soon as it is on the list, before it is on disk
   */
  add(relativePath: string, sourcePath: string, onListed?: () => void): Promise<void>
  /** Lists files that the page skipped; fulfils when the journal has them on disk. */
  skip(files: readonly SkippedFile[]): Promise<void>
  /** No more files will come. @param missing what was announced and never came; null for nothing */
  close(missing?: NeverArrived | null): Promise<void>
  /** PhotoFerry ends: the page may send the rest after the next start. */
  suspend(): Promise<void>
}

export interface InboxDeps {
  readonly drops: Drops
  readonly inbox: Inbox
  readonly list: ItemList
  /** Whole copies that arrived in the moment in which PhotoFerry ended: their batches do not name them yet. */
  readonly arrived: readonly NamedCopy[]
  /** How long a page has after a restart to send the rest of its drop, in ms. */
  readonly returnMs: number
  readonly report: (thrown: unknown) => void
}

export class InboxBatches {
  readonly #deps: InboxDeps
  readonly #open = new Set<string>()
  #timer: NodeJS.Timeout | undefined

  constructor(deps: InboxDeps) {
    this.#deps = deps
  }

  /** Gives the pages of drops that a restart interrupted time to come back; says what is missing of those that don't. */
  awaitPages(): void {
    // Before the pages send them once more: they were not told that these have arrived.
    for (const copy of this.#deps.arrived) this.#listArrived(copy)
    this.#timer = setTimeout(() => this.#giveUpAwaited(), this.#deps.returnMs).unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  /** Whether a page still sends files to any batch. */
  get isReceiving(): boolean {
    return this.#open.size > 0
  }

  /** Whether files of the batch may still come: a page sends them, or a restart interrupted one that may come back. */
  isOpen(batchId: string): boolean {
    return this.#open.has(batchId) || (this.#deps.list.batch(batchId)?.awaitedFiles ?? null) !== null
  }

  /**
   * Opens a new batch, or resumes one that a restart or a failure interrupted.
   * @param name of a new batch
   * @param earlierId the batch to resume; a new one takes its place where it no longer exists
   * @param plan of a new batch
   */
  open(name: string, earlierId: string | undefined, plan: DropPlan, announced: Announced): InboxBatch {
    const { drops, inbox, list } = this.#deps
    const exists = earlierId !== undefined && list.batch(earlierId) !== undefined
    const batchId = exists ? earlierId : drops.open(name, plan)
    const folder = this.#openFolder(batchId)
    this.#open.add(batchId)
    const before = list.batch(batchId)
    const leftOut = Math.max(announced.leftOut, before?.leftOut ?? 0)
    const counts = before?.removed ?? noneRemoved
    const removed = { ...counts, skipped: Math.max(announced.skipped, counts.skipped) }
    const awaitedFiles = arrivedFiles(list, batchId) + announced.files
    list.changeBatch(batchId, { leftOut, removed, awaitedFiles, neverArrived: null })
    return {
      batchId,
      folder,
      received: receivedFiles(list, batchId),
      nameCopy: (sourcePath, relativePath) => inbox.nameCopy(sourcePath, relativePath),
      add: async (relativePath, sourcePath, onListed) => {
        const stamp = await stampSource({ sourcePath, relativePath })
        const saved = drops.addToInbox(batchId, { kind: 'file', sourcePath, relativePath, ...stamp })
        onListed?.()
        await saved
      },
      skip: (files) => drops.addSkipped(batchId, files),
      close: async (neverArrived = null) => {
        this.#open.delete(batchId)
        list.changeBatch(batchId, { awaitedFiles: null, neverArrived })
        list.removeIfEmpty(batchId)
      },
      suspend: async () => {
        this.#open.delete(batchId)
      },
    }
  }

  /** A batch whose files have no place to arrive at does not stay on the list. */
  #openFolder(batchId: string): string {
    try {
      return this.#deps.inbox.open(batchId)
    } catch (thrown) {
      this.#deps.list.removeIfEmpty(batchId)
      throw thrown
    }
  }

  #listArrived({ path, batchId, relativePath }: NamedCopy): void {
    const { drops, report } = this.#deps
    const { size, mtimeMs } = lstatSync(path)
    const stamp = { size, mtimeMs, ctimeMs: null, inode: null }
    drops.addToInbox(batchId, { kind: 'file', sourcePath: path, relativePath, ...stamp }).catch(report)
  }

  #giveUpAwaited(): void {
    const { list } = this.#deps
    for (const batchId of [...list.batchIds()]) {
      const awaited = list.batch(batchId)?.awaitedFiles ?? null
      if (awaited === null || this.#open.has(batchId)) continue
      // Which files they are only the page knew.
      const files = filesToCome(list, batchId)
      const neverArrived =
        files > 0 ? ({ files, names: [], why: 'page-closed', dismissed: false } as const) : null
      list.changeBatch(batchId, { awaitedFiles: null, neverArrived })
      list.removeIfEmpty(batchId)
    }
  }
}

/** Path inside the drop -> size in bytes, of the files whose bytes came. */
function receivedFiles(list: ItemList, batchId: string): Map<string, number> {
  const items = list.select({ batchIds: [batchId] }).filter((item) => !isNameOnly(item))
  return new Map(items.map(({ relativePath, size }) => [relativePath, size]))
}
