/** How long this computer was awake, and when it woke: after sleep, a stopped process, a clock that jumped, or another network. */
import { networkInterfaces } from 'node:os'

const tickMs = 1_000
/** A tick adds no more than this: what exceeds it was slept. */
const longestTickMs = 2_000
/** A tick that is this late was no busy moment. */
const gapMs = 8_000

export class AwakeClock {
  #awakeMs = 0
  #monotonicMs = performance.now()
  #wallMs = Date.now()
  #network = networkText()
  readonly #listeners = new Set<() => void>()
  readonly #timer: NodeJS.Timeout

  constructor() {
    this.#timer = setInterval(() => this.#tick(), tickMs)
    this.#timer.unref()
  }

  /** Time awake since the clock was made, ms. */
  get nowMs(): number {
    return this.#awakeMs + Math.min(longestTickMs, performance.now() - this.#monotonicMs)
  }

  /** @param onWake called when the computer woke, or its network changed */
  listen(onWake: () => void): void {
    this.#listeners.add(onWake)
  }

  /** The system says that the computer woke: sooner than it would show here, and after short sleeps too. */
  wake(): void {
    for (const onWake of this.#listeners) onWake()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#listeners.clear()
  }

  #tick(): void {
    const monotonicMs = performance.now()
    const wallMs = Date.now()
    const network = networkText()
    const elapsedMs = monotonicMs - this.#monotonicMs
    // A computer that sleeps may stop the monotonic clock; then only the wall clock shows it.
    const jumpedMs = Math.abs(wallMs - this.#wallMs - elapsedMs)
    const woke = elapsedMs > gapMs || jumpedMs > gapMs || network !== this.#network
    this.#awakeMs += Math.min(longestTickMs, elapsedMs)
    this.#monotonicMs = monotonicMs
    this.#wallMs = wallMs
    this.#network = network
    if (woke) this.wake()
  }
}

/** The addresses of this computer. */
function networkText(): string {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses?.map(({ address }) => address) ?? [])
    .sort()
    .join(' ')
}
