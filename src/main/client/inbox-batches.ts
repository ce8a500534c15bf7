/** Batches whose files arrive one by one in an inbox folder, as those that are dropped onto browser mode's page. */
import type { Inbox } from '../intake/inbox.ts'
import { stampSource } from '../intake/source-file.ts'
import type { ItemList } from '../queue/item-list.ts'
import type { DropPlan, Drops } from './drops.ts'

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
   * Adds one file that is whole and flushed in `folder`; fulfils when the journal has it on disk.
   * @param relativePath path inside the drop, parts joined by `/`
   * @param sourcePath absolute path of the inbox copy
   * @param onListed called as soon as it is on the list, before it is on disk
   */
  add(relativePath: string, sourcePath: string, onListed?: () => void): Promise<void>
  /** No more files will come. */
  close(): Promise<void>
}

export interface InboxDeps {
  readonly drops: Drops
  readonly inbox: Inbox
  readonly list: ItemList
}

export class InboxBatches {
  readonly #deps: InboxDeps
  readonly #open = new Set<string>()

  constructor(deps: InboxDeps) {
    this.#deps = deps
  }

  /** Whether a page still sends files to any batch. */
  get isReceiving(): boolean {
    return this.#open.size > 0
  }

  isOpen(batchId: string): boolean {
    return this.#open.has(batchId)
  }

  /**
   * Opens a new batch, or resumes one that a restart or a failure interrupted.
   * @param name of a new batch
   * @param earlierId the batch to resume; a new one takes its place where it no longer exists
   * @param plan of a new batch
   */
  open(name: string, earlierId: string | undefined, plan: DropPlan): InboxBatch {
    const { drops, inbox, list } = this.#deps
    const exists = earlierId !== undefined && list.batch(earlierId) !== undefined
    const batchId = exists ? earlierId : drops.open(name, plan)
    this.#open.add(batchId)
    list.notifyBatch(batchId)
    return {
      batchId,
      folder: inbox.open(batchId),
      received: new Map(list.select({ batchIds: [batchId] }).map((item) => [item.relativePath, item.size])),
      add: async (relativePath, sourcePath, onListed) => {
        const stamp = await stampSource({ sourcePath, relativePath })
        const saved = drops.addToInbox(batchId, { kind: 'file', sourcePath, relativePath, ...stamp })
        onListed?.()
        await saved
      },
      close: async () => {
        this.#open.delete(batchId)
        list.removeIfEmpty(batchId)
      },
    }
  }
}
