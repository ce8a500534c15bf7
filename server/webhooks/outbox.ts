/**
 * Delivers the messages of the ledger's outbox: each at least once, over restarts, after growing pauses while the receiver
 * does not confirm it. Runs beside everything else and holds up nothing.
 */

import type { OutboxRow } from '../ledger/batches.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Log } from '../monitoring/log.ts'
import { type Attempt, sendMessage } from './send-message.ts'
import { signatureHeaders } from './signature.ts'

const hourMs = 60 * 60 * 1000
const firstPauseMs = 5_000
const longestPauseMs = hourMs
/** Then nobody will want to know any more; the batches stay in the list. */
const keptMs = 7 * 24 * hourMs
/** Another server with the same ledger may have added one. */
const lookEveryMs = 30_000
const atOnce = 4

export interface OutboxOptions {
  readonly ledger: Pick<Ledger, 'dueMessages' | 'nextMessageMs' | 'postponeMessage' | 'removeMessage'>
  readonly log: Log
  readonly url: URL
  /** Those of the moment, at least one. @throws the system's error, or what is wrong with them */
  readonly secrets: () => Promise<readonly Buffer[]>
  /** Whether no other server delivers now; `work` is done only then. */
  readonly alone: (work: () => Promise<void>) => Promise<void>
  /** ms since 1970. */
  readonly now: () => number
  /** How long one attempt may take, ms. */
  readonly attemptMs?: number | undefined
  /** The pause after the first attempt that failed, ms. */
  readonly firstPauseMs?: number | undefined
}

export class Outbox {
  readonly #options: OutboxOptions
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  readonly #closing = new AbortController()
  /** A message was added while a round was under way. */
  #isWoken = false

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** Begins with what a server before has left. @throws what `secrets` throws */
  async start(): Promise<void> {
    await this.#options.secrets()
    this.wake()
  }

  /** Something is due. */
  wake(): void {
    this.#isWoken = true
    if (this.#closing.signal.aborted || this.#running !== undefined) return
    clearTimeout(this.#timer)
    this.#running = this.#rounds().finally(() => {
      this.#running = undefined
    })
  }

  /** Breaks off the attempts under way; what they did not deliver stays in the ledger. */
  async close(): Promise<void> {
    this.#closing.abort()
    clearTimeout(this.#timer)
    await this.#running
  }

  async #rounds(): Promise<void> {
    const { alone, log } = this.#options
    try {
      while (this.#isWoken && !this.#closing.signal.aborted) {
        this.#isWoken = false
        await alone(() => this.#round())
      }
    } catch (thrown) {
      log.error({ reason: String(thrown) }, 'the messages of the webhook cannot be sent now; tried again')
    }
    await this.#sleep()
  }

  async #round(): Promise<void> {
    const { ledger, now } = this.#options
    const due = await ledger.dueMessages(now())
    for (let at = 0; at < due.length && !this.#closing.signal.aborted; at += atOnce)
      await Promise.all(due.slice(at, at + atOnce).map((message) => this.#deliver(message)))
    // There may be more than the ledger tells at once.
    if (due.length > 0) this.#isWoken = true
  }

  async #deliver(message: OutboxRow): Promise<void> {
    const { ledger, log, url, secrets, now } = this.#options
    const { messageId, body } = message
    const headers = signatureHeaders({ id: messageId, body }, await secrets(), now())
    const { signal } = this.#closing
    const attempt = await sendMessage({ url, body, headers, signal, mostMs: this.#options.attemptMs })
    if (attempt.delivered) {
      await ledger.removeMessage(messageId)
      log.info({ messageId, attempts: message.attempts + 1 }, 'webhook was delivered')
    } else if (signal.aborted) return
    else if (now() - message.madeAtMs >= keptMs) {
      await ledger.removeMessage(messageId)
      log.error(
        { messageId, reason: attempt.reason },
        'webhook is given up after a week; its batch is listed',
      )
    } else await this.#postpone(message, attempt)
  }

  async #postpone(
    { messageId, attempts }: OutboxRow,
    { reason, retryAfterMs = 0 }: Extract<Attempt, { readonly delivered: false }>,
  ): Promise<void> {
    const { ledger, log, now } = this.#options
    const grown = this.#firstPauseMs * 2 ** Math.min(attempts, 20)
    // At random, so that what failed together does not come back together.
    const pauseMs = Math.min(longestPauseMs, Math.max(grown, retryAfterMs)) * (0.75 + Math.random() / 4)
    await ledger.postponeMessage(messageId, attempts + 1, now() + pauseMs)
    const seconds = Math.round(pauseMs / 1000)
    log.warn({ messageId, reason, seconds }, 'webhook was not confirmed; it is sent again')
  }

  async #sleep(): Promise<void> {
    const { ledger, now } = this.#options
    const next = await ledger.nextMessageMs().catch(() => undefined)
    if (this.#closing.signal.aborted) return
    const leftMs = next === undefined ? lookEveryMs : next - now()
    // What is due although a round was just over can't be sent now: another server does it, or the secret is unreadable.
    const pauseMs = this.#isWoken ? 0 : Math.min(lookEveryMs, Math.max(this.#firstPauseMs / 2, leftMs))
    this.#timer = setTimeout(() => this.wake(), pauseMs).unref()
  }

  get #firstPauseMs(): number {
    return this.#options.firstPauseMs ?? firstPauseMs
  }
}
