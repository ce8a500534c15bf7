/** What follows an attempt at an item: its next state, and when it is tried again. */
import type { UploadError } from '../../shared/protocol/errors.ts'
import { isActive, transition, type UploadItem } from '../../shared/upload.ts'
import type { ItemList } from './item-list.ts'
import { arrived, type Outcome, withFailure } from './item-run.ts'
import { afterFailure, decide } from './retry-policy.ts'
import type { ServerLink } from './server-link.ts'

export interface AftermathDeps {
  readonly list: ItemList
  readonly linkOf: (batchId: string) => ServerLink
  readonly limits: () => { readonly maxRetries: number }
  /** The server's task of an item is of no use any more. */
  readonly onNewTask: (item: UploadItem) => void
  /** An item is to be tried again at that moment, ms since 1970. */
  readonly onWait: (itemId: string, untilMs: number) => void
}

export class Aftermath {
  readonly #deps: AftermathDeps

  constructor(deps: AftermathDeps) {
    this.#deps = deps
  }

  settle(itemId: string, outcome: Outcome): void {
    const { list, linkOf } = this.#deps
    const item = list.get(itemId)
    if (!item) return
    if (outcome.kind === 'arrived') {
      list.put([arrived(item, outcome.arrival)])
      linkOf(item.batchId).answered()
    } else if (outcome.kind === 'failed') this.#fail(item, outcome.error, outcome.progressed)
    // Stopped without a command having named its next state: quit, the timetable, or another server.
    else if (isActive(item.state.status)) list.put([transition(item, { status: 'queued' })])
  }

  #fail(attempted: UploadItem, error: UploadError, progressed: boolean): void {
    const { list, linkOf, limits, onNewTask, onWait } = this.#deps
    const item = withFailure(attempted, error)
    const record = { attempts: item.attempts, maxRetries: limits().maxRetries, progressed }
    const verdict = decide(error, record, Math.random())
    list.put([afterFailure(item, error, verdict, Date.now())])
    if (verdict.kind === 'wait-for-server') linkOf(item.batchId).suspend(error)
    if (verdict.kind !== 'retry') return
    if (verdict.newTask) onNewTask(item)
    onWait(item.id, Date.now() + verdict.delayMs)
  }
}
