/** One attempt: one run of one file through the pipeline; what becomes known on the way goes to the list. */
import { toUploadError, type UploadError } from '../../shared/protocol/errors.ts'
import type { SkipReason } from '../../shared/skip-rules.ts'
import { type ItemState, transition, type UploadItem } from '../../shared/upload.ts'
import {
  type Arrival,
  type ChunkProgress,
  type ItemPatch,
  Journey,
  type JourneyDeps,
  type JourneyListener,
} from '../pipeline/journey.ts'
import { LeftOut } from '../pipeline/place.ts'
import { processItem } from '../pipeline/process-item.ts'
import { BrokenOff } from '../transfer/open-requests.ts'
import type { ItemList } from './item-list.ts'
import type { Depth } from './suspects.ts'
import type { Traffic } from './traffic.ts'

export type StopKind = 'pause' | 'cancel' | 'quit' | 'server-changed' | 'held' | 'gave-up'

/** How long an offer may still be answered after its file was canceled, ms. */
const offerGraceMs = 10_000

/** What an attempt's signal is aborted with: the reason of a stop, which is no error. */
class StopReason {
  readonly kind: StopKind

  constructor(kind: StopKind) {
    this.kind = kind
  }
}

/** How an attempt ended. */
export type Outcome =
  | { readonly kind: 'arrived'; readonly arrival: Arrival }
  /** `progressed`: whether the server acknowledged new bytes during the attempt; `depth`: how far it came there. */
  | {
      readonly kind: 'failed'
      readonly error: UploadError
      readonly progressed: boolean
      readonly depth: Depth
    }
  /** It stays where it is: it is not sent, and that is nobody's failure. */
  | { readonly kind: 'left-out'; readonly reason: SkipReason }
  /** Stopped by pause, cancel, quit, the schedule or a change of server, or broken off because no byte moved. */
  | { readonly kind: 'stopped' }

export type Failure = Extract<Outcome, { kind: 'failed' }>

interface AttemptTools {
  readonly list: ItemList
  readonly traffic: Traffic
}

/** One attempt at one item: runs the journey and writes what becomes known to the list. */
export class Attempt implements JourneyListener {
  readonly #itemId: string
  readonly #list: ItemList
  readonly #traffic: Traffic
  readonly #onAnswer: (depth: Depth) => void
  readonly #abort = new AbortController()
  readonly #abortOffer = new AbortController()
  #offerGrace: NodeJS.Timeout | undefined
  #progressed = false
  #depth: Depth = 'offer'

  /** @param onAnswer the server has answered the file */
  constructor(itemId: string, { list, traffic }: AttemptTools, onAnswer: (depth: Depth) => void) {
    this.#itemId = itemId
    this.#list = list
    this.#traffic = traffic
    this.#onAnswer = onAnswer
  }

  /** How far it came at the server. */
  get depth(): Depth {
    return this.#depth
  }

  /** Cuts the attempt short; from here on it changes nothing on the list. */
  stop(kind: StopKind): void {
    const reason = new StopReason(kind)
    this.#abort.abort(reason)
    const abortOffer = () => this.#abortOffer.abort(reason)
    // The task that an offer of a canceled file opens would stay behind: nobody else knows it.
    if (kind === 'cancel') this.#offerGrace ??= setTimeout(abortOffer, offerGraceMs)
    else abortOffer()
  }

  /** Never rejects; when it fulfils, nothing of the attempt is in flight any more. */
  async run(item: UploadItem, deps: JourneyDeps): Promise<Outcome> {
    const { signal } = this.#abort
    try {
      const signals = { signal, offerSignal: this.#abortOffer.signal }
      const arrival = await processItem(new Journey(item, signals, this, deps))
      return this.#isLate() ? { kind: 'stopped' } : { kind: 'arrived', arrival }
    } catch (thrown) {
      if (signal.aborted || thrown instanceof BrokenOff) return { kind: 'stopped' }
      if (thrown instanceof LeftOut) return { kind: 'left-out', reason: thrown.reason }
      return {
        kind: 'failed',
        error: toUploadError(thrown),
        progressed: this.#progressed,
        depth: this.#depth,
      }
    } finally {
      clearTimeout(this.#offerGrace)
    }
  }

  /** What the server stored before it learned of a stop is stored, unless it is no longer the server that counts. */
  #isLate(): boolean {
    const { reason } = this.#abort.signal
    return reason instanceof StopReason && reason.kind === 'server-changed'
  }

  onOffered(): void {
    this.#answered('offer')
  }

  onChange(patch: ItemPatch, state?: ItemState): void {
    // The server has answered the offer with a task.
    if (typeof patch.taskId === 'string') this.#answered('offer')
    this.#change((current) => {
      const changed = { ...current, ...patch }
      return state ? transition(changed, state) : changed
    })
  }

  onChunk({ sent, acknowledged }: ChunkProgress): void {
    this.#change((current) => ({
      ...current,
      sentBytes: current.sentBytes + sent,
      acknowledgedBytes: current.acknowledgedBytes + acknowledged,
      marks: acknowledged > 0 ? 0 : current.marks,
    }))
    this.#traffic.onChunk(this.#itemId, { sent, acknowledged })
    if (acknowledged === 0) return
    this.#progressed = true
    this.#answered('bytes')
  }

  #answered(depth: Depth): void {
    // After a stop the connection may lead to another server.
    if (this.#abort.signal.aborted) return
    this.#depth = 'bytes'
    this.#onAnswer(depth)
  }

  #change(next: (current: UploadItem) => UploadItem): void {
    const current = this.#list.get(this.#itemId)
    if (!current || this.#abort.signal.aborted) return
    this.#list.put([{ ...next(current), startedAtMs: current.startedAtMs ?? Date.now() }])
  }
}
