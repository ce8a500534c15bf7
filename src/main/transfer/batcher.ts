/** Gathers what many callers ask for one by one into few requests: as many as fit, without making anybody wait for long. */

/** How the requests are made. */
export interface BatcherOptions<Input, Output> {
  /** Inputs in one request at most. */
  readonly count: () => number
  /** Weights of the inputs of one request, in all; one that is heavier goes alone. */
  readonly weight: () => number
  readonly weightOf: (input: Input) => number
  /** Requests in progress at most, those included that wait for their turn: while there are as many, more is gathered. */
  readonly atOnce: () => number
  /** A request that is not full starts when nothing was added for so long, ms. */
  readonly quietMs: number
  /** Calls `request` when it is its turn; left out, at once. What was withdrawn until then does not travel. */
  readonly inTurn?: (request: () => Promise<void>) => Promise<void>
  /**
   * Makes one request, in its turn, with what was gathered until then.
   * @returns one output for each input, in their order
   */
  readonly run: (inputs: readonly Input[], signal: AbortSignal) => Promise<readonly Output[]>
}

interface Waiting<Input, Output> {
  readonly input: Input
  readonly signal: AbortSignal
  readonly resolve: (output: Output) => void
  readonly reject: (reason: unknown) => void
}

/** A request that nobody waits for any more may still be answered for so long: what it has done is then known, ms. */
const graceMs = 2_000

export class Batcher<Input, Output> {
  readonly #options: BatcherOptions<Input, Output>
  readonly #waiting = new Set<Waiting<Input, Output>>()
  #weight = 0
  /** Requests in progress. */
  #begun = 0
  /** Those of them that still wait for their turn. */
  #inLine = 0
  #timer: NodeJS.Timeout | undefined

  constructor(options: BatcherOptions<Input, Output>) {
    this.#options = options
  }

  /**
   * Fulfils with the input's output. Once its request has started, an abort only stops the waiting when the answer does
   * not come soon: what the request has done counts.
   * @throws the signal's reason, or what the request threw
   */
  add(input: Input, signal: AbortSignal): Promise<Output> {
    return new Promise<Output>((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const waiting = { input, signal, resolve, reject }
      this.#waiting.add(waiting)
      this.#weight += this.#options.weightOf(input)
      signal.addEventListener('abort', () => this.#withdraw(waiting), { once: true })
      this.#start()
    })
  }

  #withdraw(waiting: Waiting<Input, Output>): void {
    if (!this.#waiting.delete(waiting)) return
    this.#weight -= this.#options.weightOf(waiting.input)
    waiting.reject(waiting.signal.reason)
  }

  /** Begins what is full; the rest when it is quiet, or with a request that waits for its turn anyway. */
  #start(): void {
    const { atOnce, quietMs } = this.#options
    while (this.#begun < atOnce() && this.#isFull()) this.#begin()
    clearTimeout(this.#timer)
    if (this.#waiting.size > 0 && this.#inLine === 0 && this.#begun < atOnce())
      this.#timer = setTimeout(() => this.#begin(), quietMs)
  }

  /** Whether there is enough for one more request than those that wait for their turn. */
  #isFull(): boolean {
    const { count, weight } = this.#options
    const requests = this.#inLine + 1
    return this.#waiting.size >= count() * requests || this.#weight >= weight() * requests
  }

  #begin(): void {
    const { inTurn = (request) => request() } = this.#options
    this.#begun += 1
    this.#inLine += 1
    void inTurn(() => this.#run()).finally(() => {
      this.#begun -= 1
      this.#start()
    })
  }

  async #run(): Promise<void> {
    this.#inLine -= 1
    const answered = this.#request(this.#take())
    // What did not fit goes with the next ones.
    this.#start()
    await answered
  }

  async #request(batch: readonly Waiting<Input, Output>[]): Promise<void> {
    if (batch.length === 0) return
    try {
      const inputs = batch.map(({ input }) => input)
      const outputs = await this.#options.run(inputs, signalOf(batch.map(({ signal }) => signal)))
      for (const [index, waiting] of batch.entries()) waiting.resolve(outputs[index] as Output)
    } catch (reason) {
      for (const waiting of batch) waiting.reject(waiting.signal.aborted ? waiting.signal.reason : reason)
    }
  }

  #take(): Waiting<Input, Output>[] {
    const { weightOf } = this.#options
    const [count, weight] = [this.#options.count(), this.#options.weight()]
    const batch: Waiting<Input, Output>[] = []
    let taken = 0
    for (const waiting of this.#waiting) {
      const next = weightOf(waiting.input)
      if (batch.length >= count || (batch.length > 0 && taken + next > weight)) break
      taken += next
      batch.push(waiting)
      this.#waiting.delete(waiting)
    }
    this.#weight -= taken
    return batch
  }
}

/** Aborted some time after the last of these. */
function signalOf(signals: readonly AbortSignal[]): AbortSignal {
  const all = new AbortController()
  let left = signals.length
  for (const signal of signals) {
    signal.addEventListener(
      'abort',
      () => {
        left -= 1
        if (left > 0) return
        setTimeout(() => all.abort(signal.reason), graceMs).unref()
      },
      { once: true },
    )
  }
  return all.signal
}
