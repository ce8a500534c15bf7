/** How long a server is waited for: longer once it has answered, in this run or an earlier one, for then its address is right. */

/** How long to wait for a server before giving up; ms awake, Infinity for never. */
export interface Patience {
  /** While this server was never reached, in no earlier run either: most likely its address is wrong. */
  readonly firstContactMs: number
  /** After it was reached once: most likely it comes back. */
  readonly returnMs: number
}

/** Addresses at which a server has answered. */
export interface ReachedBefore {
  /** @param url a server's address */
  has(url: string): boolean
  keep(url: string): void
}

/** The patience with the server of one connection. */
export class ServerPatience {
  readonly #patience: Patience
  readonly #reachedBefore: ReachedBefore | undefined
  #url: string | null = null
  #reached = false
  /** An earlier run has reached it. */
  #reachedEarlier = false
  /** Nothing was answered since the patience was over. */
  #hasGivenUp = false

  /** @param reachedBefore left out where nobody is ever given up */
  constructor(patience: Patience, reachedBefore: ReachedBefore | undefined) {
    this.#patience = patience
    this.#reachedBefore = reachedBefore
  }

  /** Whether the server has answered in this run. */
  get reached(): boolean {
    return this.#reached
  }

  /** Whether its address may be a mistyped one, and somebody waits for an answer. */
  get endsAtWrongAddress(): boolean {
    return !this.#isKnown && this.#patience.firstContactMs < Number.POSITIVE_INFINITY
  }

  /** Another server. @param url its address; null while none is known */
  begin(url: string | null): void {
    this.#url = url
    this.#reached = false
    this.#reachedEarlier = url !== null && this.#reachedBefore?.has(url) === true
    this.#hasGivenUp = false
  }

  /** Something answers at its address. */
  onReached(): void {
    if (!this.#reached && this.#url !== null) this.#reachedBefore?.keep(this.#url)
    this.#reached = true
  }

  /** It has answered a file. */
  onAnswer(): void {
    this.onReached()
    this.#hasGivenUp = false
  }

  /** From now on nothing is waited for, until it answers. */
  giveUp(): void {
    this.#hasGivenUp = true
  }

  /** What is left of the patience, ms awake; not above 0 when it is over. @param troubleMs how long the trouble lasts, ms awake */
  leftMs(troubleMs: number): number {
    if (this.#hasGivenUp) return 0
    const { firstContactMs, returnMs } = this.#patience
    return (this.#isKnown ? returnMs : firstContactMs) - troubleMs
  }

  get #isKnown(): boolean {
    return this.#reached || this.#reachedEarlier
  }
}
