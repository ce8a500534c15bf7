/** Which requests write to which task, so that no two write the same bytes and no task in use is cleaned up. */
import type { Claims } from '../../ledger/ledger.ts'
import { databaseLost, taskGone } from '../upload-errors.ts'
import { Locks } from './locks.ts'

/** One request's right to write one chunk. */
export interface ChunkLock {
  /** Aborted when the task is being removed, or when another server may have the lock. */
  readonly signal: AbortSignal
  /** Call it exactly once, when no write can land any more. */
  release(): void
}

interface Writer {
  readonly controller: AbortController
  readonly ended: Promise<void>
}

export class Activity {
  readonly #locks: Locks
  readonly #writers = new Map<string, Set<Writer>>()
  readonly #stopping = new Set<string>()

  /** @param claims undefined when there is no other server */
  constructor(claims?: Claims) {
    this.#locks = new Locks({ kind: 'chunk', claims })
  }

  /**
   * Waits until no other request writes this chunk.
   * @param waitMs at most so long, ms
   * @throws UploadError `task-busy` after `waitMs`; `task-gone` when the task is being removed
   */
  async lockChunk(taskId: string, chunkIndex: number, waitMs: number): Promise<ChunkLock> {
    const controller = new AbortController()
    const onLost = () => controller.abort(databaseLost())
    const unlock = await this.#locks.acquire(`${taskId} ${chunkIndex}`, waitMs, onLost)
    if (this.#stopping.has(taskId)) {
      unlock()
      throw taskGone()
    }
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    const writers = this.#writers.get(taskId) ?? new Set()
    const writer = { controller, ended }
    this.#writers.set(taskId, writers.add(writer))
    const release = () => {
      writers.delete(writer)
      if (writers.size === 0) this.#writers.delete(taskId)
      resolve()
      unlock()
    }
    return { signal: controller.signal, release }
  }

  /** Whether a request writes to this task now. */
  isWriting(taskId: string): boolean {
    return this.#writers.has(taskId)
  }

  /** Whether any request writes to any task now. */
  get isAnyWriting(): boolean {
    return this.#writers.size > 0
  }

  /** Whether another server writes this chunk now. */
  isWrittenElsewhere(taskId: string, chunkIndex: number): Promise<boolean> {
    return this.#locks.isHeldElsewhere(`${taskId} ${chunkIndex}`)
  }

  /** Whether the task is being removed. */
  isStopping(taskId: string): boolean {
    return this.#stopping.has(taskId)
  }

  /**
   * Aborts the requests that write to the task, and admits no new one until `end` is called.
   * @returns resolves when none of them can write any more
   */
  async stop(taskId: string): Promise<{ end(): void }> {
    this.#stopping.add(taskId)
    const writers = [...(this.#writers.get(taskId) ?? [])]
    for (const writer of writers) writer.controller.abort(taskGone())
    await Promise.all(writers.map((writer) => writer.ended))
    return { end: () => this.#stopping.delete(taskId) }
  }
}
