/**
 * Hashes a file while it is being sent: digest and network drink from the same memory. What was not handed over, because the
 * server had it already or the thread was behind, the thread reads from the file itself.
 */
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { HashCheckpoint, HashResult, PartHashed, SentPart } from './hash-job.ts'

/** Begins the thread's work on one file, which listens at the port. */
type StartHashing = (port: MessagePort) => Promise<HashResult | null>

export class RunningHash {
  readonly #port: MessagePort
  readonly #result: Promise<HashResult | null>
  readonly #onCheckpoint: (checkpoint: HashCheckpoint) => void
  /** One for each part that was told and not answered yet. */
  readonly #waiting: ((hashedBytes: number) => void)[] = []
  /** All bytes before this are hashed, or on their way to be; null while the thread reads the file itself. */
  #position: number | null = 0

  /** @param resumesAt where an earlier run saved its state, bytes; 0 for nowhere */
  constructor(start: StartHashing, resumesAt: number, onCheckpoint: (checkpoint: HashCheckpoint) => void) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#onCheckpoint = onCheckpoint
    port1.on('message', (answer: PartHashed) => this.#answered(answer))
    // Hashing alone must not keep the process alive.
    port1.unref()
    this.#result = start(port2).finally(() => this.#end())
    // Whoever stops it does not ask how it ended.
    this.#result.catch(() => undefined)
    if (resumesAt > 0) this.#readTo(0)
  }

  /**
   * Hands over bytes in shared memory; called in the order of the file.
   * @param offset of the first byte in the file
   * @returns null where they are not wanted; else fulfils when their memory may be used again
   */
  pass(bytes: Uint8Array, offset: number): Promise<unknown> | null {
    if (this.#position === null || offset < this.#position) return null
    if (offset > this.#position) {
      this.#readTo(offset)
      return null
    }
    this.#position += bytes.length
    return this.#tell({ kind: 'bytes', bytes })
  }

  /** Reads what was not handed over. @throws Error where hashing was stopped */
  async digests(): Promise<HashResult> {
    this.#port.postMessage({ kind: 'end' } satisfies SentPart)
    const result = await this.#result
    if (result === null) throw new Error('hashing was stopped')
    return result
  }

  /** Ends the thread's work; does nothing when it has ended. */
  stop(): void {
    this.#port.postMessage({ kind: 'stop' } satisfies SentPart)
  }

  #readTo(offset: number): void {
    this.#position = null
    void this.#tell({ kind: 'read', to: offset }).then((hashedBytes) => {
      this.#position = hashedBytes
    })
  }

  #tell(part: SentPart): Promise<number> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.#port.postMessage(part)
    })
  }

  #answered({ hashedBytes, checkpoint }: PartHashed): void {
    this.#waiting.shift()?.(hashedBytes)
    if (checkpoint) this.#onCheckpoint(checkpoint)
  }

  #end(): void {
    this.#port.close()
    this.#position = Number.POSITIVE_INFINITY
    for (const resolve of this.#waiting.splice(0)) resolve(Number.POSITIVE_INFINITY)
  }
}
