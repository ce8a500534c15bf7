/** Counts the requests in progress, so that a stopping server can let them finish and refuse new ones. */
import type { IncomingMessage, ServerResponse } from 'node:http'

export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export class InFlight {
  #count = 0
  #isClosing = false
  readonly #idle = Promise.withResolvers<void>()

  get isClosing(): boolean {
    return this.#isClosing
  }

  /** The same handler, counting each request until both its work and its answer are finished. */
  counted(handle: Handle): Handle {
    return async (request, response) => {
      // A closing server only tells these to come back later.
      if (this.#isClosing) return handle(request, response)
      this.#count += 1
      const closed = new Promise<void>((resolve) => response.once('close', resolve))
      try {
        await handle(request, response)
        await closed
      } finally {
        this.#count -= 1
        this.#resolveWhenIdle()
      }
    }
  }

  /** Stops counting new requests. Resolves when none is in progress. */
  close(): Promise<void> {
    this.#isClosing = true
    this.#resolveWhenIdle()
    return this.#idle.promise
  }

  #resolveWhenIdle(): void {
    if (this.#isClosing && this.#count === 0) this.#idle.resolve()
  }
}
