/**
 * The requests to one server that are in flight, and when a byte of each moved last. A request over a connection that broke
 * without a word, as when a laptop changes its network, would else hold its file's turn for a minute.
 */

/** A server that computes, or a slow connection, may be silent for that long at least, ms. */
const leastSilentMs = 5_000

/** A request was broken off because nothing moved: no failure of its file, which is sent again. */
export class BrokenOff extends Error {
  constructor() {
    super('the request was broken off: no byte of it moved')
  }
}

export interface OpenRequest {
  /** Aborted with `BrokenOff`. */
  readonly signal: AbortSignal
  /** A byte moved. */
  onMove(): void
  /** @param isHeld whether the person's limit on bandwidth holds its next bytes back */
  hold(isHeld: boolean): void
  end(): void
}

export class OpenRequests {
  readonly #open = new Set<{ movedAtMs: number; isHeld: boolean; readonly controller: AbortController }>()

  begin(): OpenRequest {
    const controller = new AbortController()
    const request = { movedAtMs: performance.now(), isHeld: false, controller }
    this.#open.add(request)
    const onMove = () => {
      request.movedAtMs = performance.now()
    }
    const hold = (isHeld: boolean) => {
      request.isHeld = isHeld
      onMove()
    }
    return { signal: controller.signal, onMove, hold, end: () => this.#open.delete(request) }
  }

  /** Breaks off the requests of which no byte has moved for so long, ms, and for 5 s at least. */
  breakOffSilent(silentMs: number): void {
    const beforeMs = performance.now() - Math.max(silentMs, leastSilentMs)
    for (const { movedAtMs, isHeld, controller } of this.#open) {
      if (!isHeld && movedAtMs < beforeMs) controller.abort(new BrokenOff())
    }
  }
}
