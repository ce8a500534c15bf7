/** What the start of the app found: looks at every original that is still to be sent, ahead of the queue, and says what became of it. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RestartGroup } from '../../shared/answers.ts'
import { toUploadError } from '../../shared/errors.ts'
import type { RestartReport } from '../../shared/feed.ts'
import { isFinished, transition, type UploadItem } from '../../shared/upload.ts'
import { stampSource } from '../intake/source-file.ts'
import { otherBytes } from '../pipeline/process-item.ts'
import type { ItemList } from '../queue/item-list.ts'

export interface RestartDeps {
  readonly list: ItemList
  readonly isUnderWay: (itemId: string) => boolean
  /** Another number may be told. */
  readonly onChange: () => void
}

/** Files looked at together: hides the latency of network disks without flooding them. */
const looksAtOnce = 32

export class RestartCheck {
  readonly #ids: Readonly<Record<RestartGroup, string[]>> = {
    safe: [],
    goingOn: [],
    changed: [],
    missing: [],
  }
  readonly #pending: readonly UploadItem[]
  readonly #atMs = Date.now()
  #checking = true
  #dismissed = false
  #stopped = false

  /** @param items all that are on the list at the start, as they were left */
  constructor(items: readonly UploadItem[]) {
    this.#pending = items.filter(({ state }) => !isFinished(state.status))
    for (const { id, state } of items) if (state.status === 'done') this.#ids.safe.push(id)
    for (const { id } of this.#pending) this.#ids.goingOn.push(id)
  }

  /** Null where nothing was left to do, and once it was dismissed. */
  get report(): RestartReport | null {
    if (this.#dismissed || this.#pending.length === 0) return null
    const { safe, goingOn, changed, missing } = this.#ids
    return {
      atMs: this.#atMs,
      checking: this.#checking,
      safe: safe.length,
      goingOn: goingOn.length - missing.length,
      changed: changed.length,
      missing: missing.length,
    }
  }

  items(group: RestartGroup): string[] {
    if (group !== 'goingOn') return [...this.#ids[group]]
    const missing = new Set(this.#ids.missing)
    return this.#ids.goingOn.filter((id) => !missing.has(id))
  }

  dismiss(): void {
    this.#dismissed = true
  }

  stop(): void {
    this.#stopped = true
  }

  /** Looks at the originals, in the order of the queue; fulfils when all were looked at. */
  async run(deps: RestartDeps): Promise<void> {
    const rest = new Map(this.#pending.map((item) => [item.id, item]))
    const first = [...deps.list.queued(() => true)].flatMap((id) => rest.get(id) ?? [])
    const order = [...new Set([...first, ...this.#pending])]
    for (let start = 0; start < order.length && !this.#stopped; start += looksAtOnce) {
      await Promise.all(order.slice(start, start + looksAtOnce).map((item) => this.#look(item, deps)))
      deps.onChange()
      await nextTurn()
    }
    this.#checking = false
    deps.onChange()
  }

  async #look(before: UploadItem, { list, isUnderWay }: RestartDeps): Promise<void> {
    const found = await stampSource(before).catch(toUploadError)
    const item = list.get(before.id)
    if (!item || this.#stopped) return
    const isFree = !isUnderWay(item.id) && !isFinished(item.state.status)
    if (found instanceof Error) {
      // What cannot be read now is told by the attempt itself: it may be readable then.
      if (found.code !== 'source-missing') return
      this.#ids.missing.push(item.id)
      if (isFree && item.state.status !== 'paused') {
        list.put([transition(item, { status: 'failed', error: found.info })])
      }
    } else if (found.size !== before.size || found.mtimeMs !== before.mtimeMs) {
      this.#ids.changed.push(item.id)
      if (isFree) list.put([{ ...item, ...found, payload: null, note: null, ...otherBytes }])
    }
  }
}
