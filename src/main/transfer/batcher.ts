/** Gathers what many callers ask for one by one into few requests: as many as fit, without making anybody wait for long. */

/** How the requests are made. */
export interface BatcherOptions<Input, Output> {
  /** Inputs in one request at most. */
  readonly count: () => number
  /** Weights of the inputs of one request, in all; one that is heavier goes alone. */
  readonly weight: () => number
  readonly weightOf: (input: Input) => number
  /** Requests in progress at most: while there are as many, more is gathered. */
  readonly atOnce: () => number
  /** A request that is not full starts when nothing was added for so long, ms. */
  readonly quietMs: number
  /**
   * Makes one request. Called when it is its turn, with what was gathered until then.
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
  #running = 0
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

  /** Starts what is full; the rest when it is quiet. */
  #start(): void {
    const { atOnce, count, weight, quietMs } = this.#options
    clearTimeout(this.#timer)
    const isFull = () => this.#waiting.size >= count() || this.#weight >= weight()
    while (this.#running < atOnce() && this.#waiting.size > 0 && isFull()) this.#run()
    if (this.#waiting.size > 0 && this.#running < atOnce())
      this.#timer = setTimeout(() => this.#run(), quietMs)
  }

  #run(): void {
    const batch = this.#take()
    if (batch.length === 0) return
    this.#running += 1
    const inputs = batch.map(({ input }) => input)
    this.#options
      .run(inputs, signalOf(batch.map(({ signal }) => signal)))
      .then(
        (outputs) => {
          for (const [index, waiting] of batch.entries()) waiting.resolve(outputs[index] as Output)
        },
        (reason) => {
          for (const waiting of batch) waiting.reject(waiting.signal.aborted ? waiting.signal.reason : reason)
        },
      )
      .finally(() => {
        this.#running -= 1
        this.#start()
      })
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
