/** Makes the files of one drop enter the queue in the page's order, although they arrive several at once. */

/** How long a file that the page announced, but is not sending, may hold up the others; in ms. */
const gapMs = 500

export class ArrivalOrder {
  /** Every place below this one has ended or was given up. */
  #floor = 0
  readonly #arriving = new Set<number>()
  /** Places above the floor that have ended. */
  readonly #ended = new Set<number>()
  #waiting: (() => void)[] = []

  /** @param place of a file that begins to arrive, counted from 0 */
  begin(place: number): void {
    this.#arriving.add(place)
  }

  /** Fulfils once no earlier file is arriving, and none is missing or the missing ones did not come in time. */
  async turnOf(place: number): Promise<void> {
    while (place > this.#floor) {
      const timer = setTimeout(() => this.#giveUpBelow(place), gapMs)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
      clearTimeout(timer)
    }
  }

  /** The file entered the queue or failed: either way the next one need not wait for it. */
  end(place: number): void {
    this.#arriving.delete(place)
    if (place >= this.#floor) this.#ended.add(place)
    this.#advance()
  }

  #giveUpBelow(place: number): void {
    const earliest = Math.min(place, ...this.#arriving)
    this.#floor = Math.max(this.#floor, earliest)
    for (const ended of this.#ended) if (ended < this.#floor) this.#ended.delete(ended)
    this.#advance()
  }

  #advance(): void {
    while (this.#ended.delete(this.#floor)) this.#floor += 1
    const woken = this.#waiting
    this.#waiting = []
    for (const wake of woken) wake()
  }
}
