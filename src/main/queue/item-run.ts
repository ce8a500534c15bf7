/** One attempt at one item: runs the journey, writes what becomes known to the list, and says how it ended. */
import { toUploadError, type UploadError } from '../../shared/protocol/errors.ts'
import {
  attemptsKept,
  bytesToSend,
  type ItemState,
  transition,
  type UploadItem,
} from '../../shared/upload.ts'
import { type Arrival, processItem } from '../pipeline/process-item.ts'
import type { ItemPatch, StageDeps } from '../pipeline/stage.ts'
import type { ItemList } from './item-list.ts'
import { type StopKind, StopReason } from './stop-reason.ts'
import type { Traffic } from './traffic.ts'

export type Outcome =
  | { readonly kind: 'arrived'; readonly arrival: Arrival }
  | { readonly kind: 'failed'; readonly error: UploadError; readonly progressed: boolean }
  /** Cut short by pause, cancel, quit, the timetable or a change of server. */
  | { readonly kind: 'stopped' }

/** The item with one more failure on its record. */
export function withFailure(item: UploadItem, error: UploadError): UploadItem {
  const failure = { atMs: Date.now(), error: error.info }
  return { ...item, failedAttempts: [...item.failedAttempts, failure].slice(-attemptsKept) }
}

/** The item once the server has its bytes. */
export function arrived(item: UploadItem, arrival: Arrival): UploadItem {
  const done = transition(item, { status: 'done', ...arrival, finishedAtMs: Date.now() })
  return { ...done, attempts: 0, taskId: null, acknowledgedBytes: bytesToSend(item) }
}

export class ItemRun {
  readonly #itemId: string
  readonly #list: ItemList
  readonly #traffic: Traffic
  readonly #abort = new AbortController()
  #progressed = false

  /** @param traffic told of every chunk that leaves and of every one that the server has taken */
  constructor(itemId: string, list: ItemList, traffic: Traffic) {
    this.#itemId = itemId
    this.#list = list
    this.#traffic = traffic
  }

  /** Cuts the attempt short; from here on it changes nothing on the list any more. */
  stop(kind: StopKind): void {
    this.#abort.abort(new StopReason(kind))
  }

  /** Never rejects; when it fulfils nothing of the attempt is in flight any more. */
  async run(item: UploadItem, deps: StageDeps): Promise<Outcome> {
    const { signal } = this.#abort
    const control = {
      signal,
      onState: (state: ItemState, patch: ItemPatch = {}) =>
        this.#change((current) => transition({ ...current, ...patch }, state)),
      onPatch: (patch: ItemPatch) => this.#change((current) => ({ ...current, ...patch })),
      onSending: (bytes: number) => this.#traffic.sending(this.#itemId, bytes),
      onAcknowledged: (bytes: number) => {
        this.#progressed = true
        this.#traffic.acknowledged(this.#itemId, bytes)
      },
    }
    try {
      const arrival = await processItem(item, control, deps)
      return signal.aborted ? { kind: 'stopped' } : { kind: 'arrived', arrival }
    } catch (thrown) {
      if (signal.aborted) return { kind: 'stopped' }
      return { kind: 'failed', error: toUploadError(thrown), progressed: this.#progressed }
    }
  }

  #change(next: (current: UploadItem) => UploadItem): void {
    const current = this.#list.get(this.#itemId)
    if (!current || this.#abort.signal.aborted) return
    this.#list.put([{ ...next(current), startedAtMs: current.startedAtMs ?? Date.now() }])
  }
}
