/** Digests of files that were computed while they came, so that completing them reads nothing back. */
import { type FileDigests, namedDigest } from '../digests.ts'
import type { Ledger, TaskRow } from '../ledger/ledger.ts'
import type { OnBytes, Store } from '../storage/store.ts'
import { ArrivedBytes } from './arrived-bytes.ts'

/** Digests are kept until the file is completed; when there are more than this, all are dropped and computed again. */
const maxKnown = 10_000

export class KnownDigests {
  readonly #ledger: Ledger
  readonly #arrivedBytes: ArrivedBytes
  /** Of files that came in one chunk. */
  readonly #known = new Map<string, FileDigests>()

  constructor(store: Store, ledger: Ledger) {
    this.#ledger = ledger
    this.#arrivedBytes = new ArrivedBytes(store, ledger)
  }

  /** The file's only chunk is in the ledger with its SHA-256; the digests hold only while this very row is there. */
  remember(taskId: string, digests: FileDigests): void {
    if (this.#known.size >= maxKnown) this.#known.clear()
    this.#known.set(taskId, digests)
  }

  /** One of the file's chunks is in the ledger. */
  onChunk(task: TaskRow, chunkIndex: number): Promise<void> {
    return this.#arrivedBytes.add(task, chunkIndex)
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
