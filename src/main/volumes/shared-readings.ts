/** Has those who ask about one path at about the same time share one reading: files come by the hundred. */
import { setTimeout as delay } from 'node:timers/promises'

/** How old an answer may be for those to whom a moment makes no difference, ms. */
const latelyMs = 200

const mostPlaces = 256

interface Place<Found> {
  /** A reading that has not begun: whoever asks before it does may share it. */
  next: Promise<Found> | null
  /** When the last reading began, monotonic ms. */
  beganMs: number
  /** What it found; null while it is going on, and after it failed. */
  last: { readonly found: Found } | null
}

export class SharedReadings<Found> {
  readonly #read: (path: string) => Promise<Found>
  readonly #apartMs: number
  readonly #places = new Map<string, Place<Found>>()

  /** @param apartMs readings of one path begin no closer together: what ends within this time shares one, ms */
  constructor(read: (path: string) => Promise<Found>, apartMs: number) {
    this.#read = read
    this.#apartMs = apartMs
  }

  /** From a reading that begins after the question. @throws what the reading throws */
  now(path: string): Promise<Found> {
    const place = this.#place(path)
    place.next ??= this.#readNext(path, place)
    return place.next
  }

  /**
   * As `now`, but what was found within the last 200 ms counts as still so.
   * @param counts whether it may; left out, anything
   */
  async lately(path: string, counts: (found: Found) => boolean = () => true): Promise<Found> {
    const { last, beganMs } = this.#place(path)
    const isFresh = last !== null && performance.now() - beganMs < latelyMs
    return isFresh && counts(last.found) ? last.found : this.now(path)
  }

  #place(path: string): Place<Found> {
    // Whoever waits for a reading keeps it.
    if (this.#places.size > mostPlaces) this.#places.clear()
    const place = this.#places.get(path) ?? { next: null, beganMs: Number.NEGATIVE_INFINITY, last: null }
    this.#places.set(path, place)
    return place
  }

  async #readNext(path: string, place: Place<Found>): Promise<Found> {
    await delay(Math.max(0, place.beganMs + this.#apartMs - performance.now()))
    place.next = null
    const beganMs = performance.now()
    place.beganMs = beganMs
    place.last = null
    const found = await this.#read(path)
    // A later reading may have ended before.
    if (place.beganMs === beganMs) place.last = { found }
    return found
  }
}
