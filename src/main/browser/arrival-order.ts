/** Lets the files of one drop through in the order in which the page began to send them, though they arrive four at once. */

/** A file that the page announced but never sends must not hold up the others for longer, in ms. */
const gapMs = 500

export class ArrivalOrder {
  /** All places below this one are settled or given up. */
  #floor = 0
  readonly #underWay = new Set<number>()
  readonly #settled = new Set<number>()
  #waiting: (() => void)[] = []

  begin(place: number): void {
    this.#underWay.add(place)
  }

  /** Resolves once no earlier file is under way and none is missing, or none of the missing ones came in time. */
  async turnOf(place: number): Promise<void> {
    while (place > this.#floor) {
      const timer = setTimeout(() => this.#giveUpBelow(place), gapMs)
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
      clearTimeout(timer)
    }
  }

  /** It was let through, or it failed; either way the next one need not wait for it. */
  end(place: number): void {
    this.#underWay.delete(place)
    if (place >= this.#floor) this.#settled.add(place)
    this.#advance()
  }

  #giveUpBelow(place: number): void {
    const earliest = Math.min(place, ...this.#underWay)
    this.#floor = Math.max(this.#floor, earliest)
    for (const settled of this.#settled) if (settled < this.#floor) this.#settled.delete(settled)
    this.#advance()
  }

  #advance(): void {
    while (this.#settled.delete(this.#floor)) this.#floor += 1
    const woken = this.#waiting
    this.#waiting = []
    for (const wake of woken) wake()
  }
}
