/**
 * How many bytes are on their way to one server at once: about what the line takes in two seconds, learned from what arrives. A
 * fast line is kept full, whatever its round trip; on a slow one nothing piles up that a pause, or a broken connection, would
 * have to wait for or send again. Chunks and bundles wait in one line, so neither keeps the other from going.
 */

/** Bounds of the window, bytes: below the first a bundle is not worth its request, the second is what memory allows. */
const bounds = { least: 512 * 1024, most: 64 * 1024 * 1024 }
/** Before anything has arrived, bytes: as much as a fast line takes while the first answer is waited for. */
const firstBytes = 16 * 1024 * 1024
/**
 * The window holds what the line takes within so long, ms: more than a round trip round the world, and enough that a server
 * whose disk is slow still gets many small files at a time.
 */
const aheadMs = 2_000
/** The fastest of the last so many deliveries counts: others had little to send, or were held up. */
const samplesKept = 8
/** What nothing makes room for in so long goes all the same: what is ahead of it may never be answered. ms */
const mostWaitMs = 5_000

/** Bytes that are on their way. */
export interface Passage {
  /** @param arrived bytes of it that the server has acknowledged; 0 where it failed */
  end(arrived: number): void
}

interface Waiter {
  readonly bytes: number
  readonly go: () => void
}

export class LineWindow {
  /** First come, first served. */
  readonly #waiters = new Set<Waiter>()
  /** Bytes per ms of the last deliveries. */
  #rates: number[] = []
  #inFlight = 0
  #delivered = 0
  /** Rises when what is in flight stops counting. */
  #epoch = 0

  /** Bytes that may be on their way. */
  get bytes(): number {
    if (this.#rates.length === 0) return firstBytes
    return Math.min(bounds.most, Math.max(bounds.least, Math.max(...this.#rates) * aheadMs))
  }

  /**
   * Fulfils when that many bytes may go; more than the window holds go alone.
   * @throws the signal's reason
   */
  async enter(bytes: number, signal: AbortSignal): Promise<Passage> {
    signal.throwIfAborted()
    return this.#waiters.size === 0 && this.#fits(bytes) ? this.#pass(bytes) : this.#wait(bytes, signal)
  }

  /** What is in flight may never be answered: it holds up nothing from now on. */
  forget(): void {
    this.#epoch += 1
    this.#inFlight = 0
    this.#serve()
  }

  #wait(bytes: number, signal: AbortSignal): Promise<Passage> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        this.#waiters.delete(waiter)
      }
      const go = () => {
        leave()
        resolve(this.#pass(bytes))
      }
      const onAbort = () => {
        leave()
        reject(signal.reason)
        this.#serve()
      }
      const waiter = { bytes, go }
      const timer = setTimeout(go, mostWaitMs)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiters.add(waiter)
    })
  }

  #pass(bytes: number): Passage {
    const epoch = this.#epoch
    const begun = { atMs: performance.now(), delivered: this.#delivered }
    this.#inFlight += bytes
    let isOver = false
    return {
      end: (arrived) => {
        if (isOver) return
        isOver = true
        if (epoch === this.#epoch) this.#inFlight -= bytes
        this.#delivered += arrived
        if (arrived > 0) this.#learn((this.#delivered - begun.delivered) / elapsedMs(begun.atMs))
        this.#serve()
      },
    }
  }

  #learn(rate: number): void {
    this.#rates = [...this.#rates, rate].slice(-samplesKept)
  }

  #fits(bytes: number): boolean {
    return this.#inFlight === 0 || this.#inFlight + bytes <= this.bytes
  }

  #serve(): void {
    for (const { bytes, go } of this.#waiters) {
      if (!this.#fits(bytes)) return
      go()
    }
  }
}

function elapsedMs(sinceMs: number): number {
  return Math.max(1, performance.now() - sinceMs)
}
