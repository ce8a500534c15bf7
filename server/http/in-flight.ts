/** Counts the requests that are being worked on, so that a stop can let them end and refuse those that come after it. */
import type { IncomingMessage, ServerResponse } from 'node:http'

export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export class InFlight {
  #count = 0
  #isClosing = false
  readonly #idle = Promise.withResolvers<void>()

  get isClosing(): boolean {
    return this.#isClosing
  }

  /** The same handler, counted: from the request to the end of its work and of its answer, whichever is later. */
  counted(handle: Handle): Handle {
    return async (request, response) => {
      // Those that come now are only told to come back later.
      if (this.#isClosing) return handle(request, response)
      this.#count += 1
      const closed = new Promise<void>((resolve) => response.once('close', resolve))
      try {
        await handle(request, response)
        await closed
      } finally {
        this.#count -= 1
        this.#tellIdle()
      }
    }
  }

  /** From now on nothing is counted any more. Resolves when nothing is left. */
  close(): Promise<void> {
    this.#isClosing = true
    this.#tellIdle()
    return this.#idle.promise
  }

  #tellIdle(): void {
    if (this.#isClosing && this.#count === 0) this.#idle.resolve()
  }
}
