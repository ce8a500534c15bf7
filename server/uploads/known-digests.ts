/** Digests of files that were computed while they came, so that completing them reads nothing back. */
import { type FileDigests, FileHash, namedDigest } from '../digests.ts'
import type { Ledger, TaskRow } from '../ledger/ledger.ts'
import type { OnBytes, Store } from '../storage/store.ts'
import { ArrivedBytes } from './arrived-bytes.ts'
import { totalChunks } from './chunk-plan.ts'

/** Up to this size a file of one chunk is hashed as it comes: the way to another thread would take longer, bytes. */
const inlineBytes = 256 * 1024
/** Digests are kept until the file is completed; when there are more than this, all are dropped and computed again. */
const maxKnown = 10_000

export class KnownDigests {
  readonly #store: Store
  readonly #ledger: Ledger
  readonly #arrivedBytes: ArrivedBytes
  /** Of files that came in one chunk. */
  readonly #known = new Map<string, FileDigests>()

  constructor(store: Store, ledger: Ledger) {
    this.#store = store
    this.#ledger = ledger
    this.#arrivedBytes = new ArrivedBytes(store, ledger)
  }

  /** What the only chunk of a file is hashed with as it comes; undefined where a thread reads it once it is there. */
  hashOfOnlyChunk(task: TaskRow): FileHash | undefined {
    if (totalChunks(task) > 1) return undefined
    const isForThread = this.#store.arrivals !== null && task.announcedChunks === null
    return isForThread && task.size > inlineBytes ? undefined : new FileHash()
  }

  /** The file's only chunk is in the ledger with its SHA-256; the digests hold only while this very row is there. */
  remember(taskId: string, digests: FileDigests): void {
    if (this.#known.size >= maxKnown) this.#known.clear()
    this.#known.set(taskId, digests)
  }

  /** One of the file's chunks is in the ledger. */
  async onChunk(task: TaskRow, chunkIndex: number): Promise<void> {
    if (!this.#known.has(task.taskId)) await this.#arrivedBytes.add(task, chunkIndex)
  }

  /** What is known of the file, all of whose chunks are in the ledger; undefined where it has to be read back. It is forgotten. */
  async take(task: TaskRow, onBytes: OnBytes): Promise<FileDigests | undefined> {
    const known = this.#known.get(task.taskId)
    this.#known.delete(task.taskId)
    if (known === undefined) return this.#arrivedBytes.digests(task, onBytes)
    const chunk = await this.#ledger.chunk(task.taskId, 0)
    return chunk?.digest === namedDigest('sha-256', known.sha256) ? known : undefined
  }

  /** Other bytes may come for chunks of this task, or it has ended. */
  forget(taskId: string): void {
    this.#known.delete(taskId)
    this.#arrivedBytes.forget(taskId)
  }
}
