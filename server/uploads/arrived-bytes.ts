/** How much of each upload has arrived without a gap: the store may go to work on it while the rest comes. */
import type { FileDigests } from '../digests.ts'
import type { Ledger, TaskRow } from '../ledger/ledger.ts'
import type { OnBytes, Store } from '../storage/store.ts'

/** When more uploads than this are open, the one that began first is read back when it is completed. */
const maxFollowed = 1_000

/** The chunks of one upload. */
class Arrived {
  /** Chunks that have arrived before all gaps. */
  #count = 0
  readonly #behindGaps = new Set<number>()

  /** @returns how many chunks have arrived without a gap */
  add(chunkIndexes: Iterable<number>): number {
    for (const index of chunkIndexes) if (index >= this.#count) this.#behindGaps.add(index)
    while (this.#behindGaps.delete(this.#count)) this.#count++
    return this.#count
  }
}

/** The digests of uploads, known when their last chunk is there, unless a server was started meanwhile. */
export class ArrivedBytes {
  readonly #store: Store
  readonly #ledger: Ledger
  readonly #uploads = new Map<string, Promise<Arrived>>()

  constructor(store: Store, ledger: Ledger) {
    this.#store = store
    this.#ledger = ledger
  }

  /** The chunk is in the ledger. The chunks that a restarted server finds there are read once more, while others come. */
  async add(task: TaskRow, chunkIndex: number): Promise<void> {
    const { taskId } = task
    const { arrivals } = this.#store
    // The offsets of a file whose size was not announced may change until it is whole.
    if (arrivals === null || task.announcedChunks !== null) return
    const arriving = this.#uploads.get(taskId) ?? this.#follow(taskId)
    const arrived = await arriving.catch(() => undefined)
    const count = arrived?.add([chunkIndex]) ?? 0
    // It may have been forgotten while the ledger was asked.
    if (count === 0 || this.#uploads.get(taskId) !== arriving) return
    arrivals.advance(taskId, Math.min(count * task.chunkSize, task.size))
  }

  /** Undefined where the file has to be read back. It is forgotten. */
  async digests(task: TaskRow, onBytes: OnBytes): Promise<FileDigests | undefined> {
    this.#uploads.delete(task.taskId)
    return this.#store.arrivals?.digests(task.taskId, task.size, onBytes)
  }

  /** Other bytes may come for chunks of this task, or it has ended. */
  forget(taskId: string): void {
    this.#uploads.delete(taskId)
    this.#store.arrivals?.forget(taskId)
  }

  #follow(taskId: string): Promise<Arrived> {
    const [first] = this.#uploads.keys()
    if (this.#uploads.size >= maxFollowed && first !== undefined) this.forget(first)
    const arriving = this.#ledger.chunks(taskId).then(withChunks)
    this.#uploads.set(taskId, arriving)
    arriving.catch(() => this.#uploads.delete(taskId))
    return arriving
  }
}

function withChunks(chunks: readonly { readonly chunkIndex: number }[]): Arrived {
  const arrived = new Arrived()
  arrived.add(chunks.map(({ chunkIndex }) => chunkIndex))
  return arrived
}
