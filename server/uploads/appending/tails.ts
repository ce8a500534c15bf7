/**
 * What came of a chunk that is not whole yet, for uploads that only ever grow at their end: how far it is, and its
 * digests so far. In memory only: a server that starts anew goes on from the last whole chunk, whose digest it can prove.
 */
import { createHash, type Hash } from 'node:crypto'
import type { TaskRow } from '../../ledger/ledger.ts'

export interface Tail {
  /** Bytes of the file that have come. */
  offset: number
  /** Of the chunk that is not whole. */
  sha256: Hash
  /** Of all bytes, while this process has seen them all. */
  readonly md5: Hash | undefined
  /** The task's `activeAtMs` when its bytes were last added to here; another one means that another server did since. */
  activeAtMs: number | undefined
}

/** The tail as it is now, which later bytes do not change. */
export function copyOfTail({ offset, sha256, md5, activeAtMs }: Tail): Tail {
  return { offset, sha256: sha256.copy(), md5: md5?.copy(), activeAtMs }
}

/** More than this are forgotten, oldest first: their clients go on from the last whole chunk. */
const maxTails = 10_000

export class Tails {
  readonly #tails = new Map<string, Tail>()

  /** The task's tail, forgotten when the upload has grown elsewhere. */
  get({ taskId, activeAtMs }: Pick<TaskRow, 'taskId' | 'activeAtMs'>): Tail | undefined {
    const tail = this.#tails.get(taskId)
    if (tail?.activeAtMs === undefined || tail.activeAtMs === activeAtMs) return tail
    this.#tails.delete(taskId)
    return undefined
  }

  /** The task's tail, begun at a whole chunk when there is none. @param offset bytes of all chunks that are whole */
  begin(taskId: string, offset: number): Tail {
    const known = this.#tails.get(taskId)
    if (known !== undefined) return known
    const md5 = offset === 0 ? createHash('md5') : undefined
    const tail = { offset, sha256: createHash('sha256'), md5, activeAtMs: undefined }
    const oldest = this.#tails.keys().next().value
    if (this.#tails.size >= maxTails && oldest !== undefined) this.#tails.delete(oldest)
    this.#tails.set(taskId, tail)
    return tail
  }

  /** Undoes what was appended since `before` was copied, unless the tail was forgotten meanwhile. */
  goBack(taskId: string, tail: Tail, before: Tail): void {
    if (this.#tails.get(taskId) !== tail) return
    this.#tails.set(taskId, { ...before, activeAtMs: tail.activeAtMs })
  }

  forget(taskId: string): void {
    this.#tails.delete(taskId)
  }
}
