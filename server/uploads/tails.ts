/**
 * The state of incomplete chunks, for uploads that grow at their end: how far the upload is, and its digests so far. In
 * memory only: a restarted server continues at the last whole chunk, whose digest it can check.
 */
import { type ChunkHash, createChunkHash, FileHash } from '../digests.ts'
import type { TaskRow } from '../ledger/ledger.ts'

export interface Tail {
  /** Bytes of the file received so far. */
  offset: number
  /** Of the incomplete chunk. */
  chunk: ChunkHash
  /** Of the whole file; undefined when this process has not seen all of its bytes. */
  readonly whole: FileHash | undefined
  /** The task's `activeAtMs` after the last append here; another value means that another server has appended since. */
  activeAtMs: number | undefined
}

/** A snapshot of the tail, which later bytes do not change. */
export function snapshotOf({ offset, chunk, whole, activeAtMs }: Tail): Tail {
  return { offset, chunk: chunk.copy(), whole: whole?.copy(), activeAtMs }
}

/** When there are more, the oldest are forgotten: their clients continue at the last whole chunk. */
const maxTails = 10_000

export class Tails {
  readonly #tails = new Map<string, Tail>()

  /** The task's tail; forgotten when another server has appended to the upload. */
  get({ taskId, activeAtMs }: Pick<TaskRow, 'taskId' | 'activeAtMs'>): Tail | undefined {
    const tail = this.#tails.get(taskId)
    if (tail?.activeAtMs === undefined || tail.activeAtMs === activeAtMs) return tail
    this.#tails.delete(taskId)
    return undefined
  }

  /** The task's tail; a new one begins at the end of a whole chunk. @param offset bytes of all whole chunks */
  getOrBegin(taskId: string, offset: number): Tail {
    const known = this.#tails.get(taskId)
    if (known !== undefined) return known
    const whole = offset === 0 ? new FileHash() : undefined
    const tail = { offset, chunk: createChunkHash('crc32c'), whole, activeAtMs: undefined }
    const oldest = this.#tails.keys().next().value
    if (this.#tails.size >= maxTails && oldest !== undefined) this.#tails.delete(oldest)
    this.#tails.set(taskId, tail)
    return tail
  }

  /** Undoes what was appended since the snapshot, unless the tail was forgotten meanwhile. */
  restore(taskId: string, tail: Tail, snapshot: Tail): void {
    if (this.#tails.get(taskId) !== tail) return
    this.#tails.set(taskId, { ...snapshot, activeAtMs: tail.activeAtMs })
  }

  forget(taskId: string): void {
    this.#tails.delete(taskId)
  }
}
