/** Who is at work on which task, so that two never write the same bytes and none is cleaned away. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { Claims } from '../../ledger/claims.ts'
import { Turns } from './locks.ts'

/** One request's right to write one chunk. */
export interface ChunkTurn {
  /** Aborted when the task is being thrown away. */
  readonly signal: AbortSignal
  /** Ends the turn; call it exactly once, when no write can land any more. */
  leave(): void
}

/** Of a file that came in one chunk. */
export interface KnownDigests {
  readonly md5: string
  /** Hex; while the ledger has another one for the chunk, another server took other bytes in meanwhile. */
  readonly sha256: string
}

interface Writer {
  readonly controller: AbortController
  readonly left: Promise<void>
}

/** Digests of so many small files are remembered until they are completed. */
const maxKnownMd5s = 10_000

export class Activity {
  readonly #turns: Turns
  readonly #writers = new Map<string, Set<Writer>>()
  readonly #stopping = new Set<string>()
  readonly #md5s = new Map<string, KnownDigests>()

  /** @param claims absent where no other server can be at work */
  constructor(claims?: Claims) {
    this.#turns = new Turns({ kind: 'chunk', claims })
  }

  /**
   * Waits until no other request writes this chunk.
   * @throws UploadError `task-busy` after `waitMs`; `task-gone` when the task is being thrown away
   */
  async enterChunk(taskId: string, chunkIndex: number, waitMs: number): Promise<ChunkTurn> {
    const controller = new AbortController()
    const onLost = () => controller.abort(lostDatabase())
    const endTurn = await this.#turns.take(`${taskId} ${chunkIndex}`, waitMs, onLost)
    if (this.#stopping.has(taskId)) {
      endTurn()
      throw gone()
    }
    const { promise: left, resolve } = Promise.withResolvers<void>()
    const writers = this.#writers.get(taskId) ?? new Set()
    const writer = { controller, left }
    this.#writers.set(taskId, writers.add(writer))
    const leave = () => {
      writers.delete(writer)
      if (writers.size === 0) this.#writers.delete(taskId)
      resolve()
      endTurn()
    }
    return { signal: controller.signal, leave }
  }

  /** Whether a request writes to this task right now. */
  isWriting(taskId: string): boolean {
    return this.#writers.has(taskId)
  }

  /** Whether another server writes this chunk right now. */
  isWrittenElsewhere(taskId: string, chunkIndex: number): Promise<boolean> {
    return this.#turns.isTakenElsewhere(`${taskId} ${chunkIndex}`)
  }

  /** Whether the task is being thrown away. */
  isStopping(taskId: string): boolean {
    return this.#stopping.has(taskId)
  }

  /**
   * Cuts off the requests that write to the task, and lets no new one in until `end` is called.
   * @returns resolves when none of them can write any more
   */
  async stop(taskId: string): Promise<{ end(): void }> {
    this.#stopping.add(taskId)
    const writers = [...(this.#writers.get(taskId) ?? [])]
    for (const writer of writers) writer.controller.abort(gone())
    await Promise.all(writers.map((writer) => writer.left))
    this.#md5s.delete(taskId)
    return { end: () => this.#stopping.delete(taskId) }
  }

  /** The whole file came in one chunk: its MD5 need not be read back from the disk while this process lives. */
  rememberMd5(taskId: string, digests: KnownDigests): void {
    if (this.#md5s.size >= maxKnownMd5s) this.#md5s.clear()
    this.#md5s.set(taskId, digests)
  }

  /** Gives the remembered digests once. */
  takeMd5(taskId: string): KnownDigests | undefined {
    const digests = this.#md5s.get(taskId)
    this.#md5s.delete(taskId)
    return digests
  }
}

/** What a request hears when another server may have taken its work over. */
export function lostDatabase(): UploadError {
  return new UploadError('server-unreachable', 'The server lost its database for a moment. Send it again.', {
    retryAfterMs: 1_000,
  })
}

/** What a request hears whose task does not exist, or not any more. */
export function gone(): UploadError {
  return new UploadError(
    'task-gone',
    'The server does not know this task; it may have expired. Offer the file anew.',
  )
}
