/** What the start of the app found: looks at every original that is still to be sent, ahead of the queue, and says what became of it. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RestartGroup } from '../../shared/answers.ts'
import type { RestartReport } from '../../shared/feed.ts'
import { toUploadError } from '../../shared/protocol/errors.ts'
import { isFinished, transition, type UploadItem } from '../../shared/upload.ts'
import { stampSource } from '../intake/source-file.ts'
import type { RestartMemory } from '../journal/restart-memory.ts'
import { otherBytes } from '../pipeline/process-item.ts'
import type { ItemList } from '../queue/item-list.ts'

export interface RestartOptions {
  /** All that are on the list at the start, as they were left. */
  readonly items: readonly UploadItem[]
  readonly memory: RestartMemory
  readonly onProblem: (thrown: unknown) => void
}

export interface RestartDeps {
  readonly list: ItemList
  readonly isUnderWay: (itemId: string) => boolean
  /** Another number may be told. */
  readonly onChange: () => void
}

/** Files looked at together: hides the latency of network disks without flooding them. */
const looksAtOnce = 32

/** A crash loses at most this much of what was found. */
const keptEveryMs = 2_000

export class RestartCheck {
  readonly #options: RestartOptions
  readonly #ids: Readonly<Record<RestartGroup, Set<string>>>
  readonly #pending: readonly UploadItem[]
  readonly #atMs = Date.now()
  #checking = true
  #dismissed = false
  #stopped = false
  /** Since when something is found that is not on disk, ms since 1970. */
  #unkeptSinceMs: number | null = null

  constructor(options: RestartOptions) {
    this.#options = options
    const { items, memory } = options
    const before = memory.read()
    const [wasChanged, wasMissing] = [new Set(before.changed), new Set(before.missing)]
    this.#pending = items.filter(({ state }) => !isFinished(state.status))
    this.#ids = {
      safe: idsOf(items, ({ state }) => state.status === 'done'),
      goingOn: idsOf(this.#pending, () => true),
      changed: idsOf(items, ({ id }) => wasChanged.has(id)),
      missing: idsOf(items, (item) => wasMissing.has(item.id) && isMissing(item)),
    }
  }

  /** Null where nothing was left to do or to tell, and once it was dismissed. */
  get report(): RestartReport | null {
    const { safe, goingOn, changed, missing } = this.#ids
    if (this.#dismissed || this.#pending.length + changed.size + missing.size === 0) return null
    return {
      atMs: this.#atMs,
      checking: this.#checking,
      safe: safe.size,
      goingOn: goingOn.size,
      changed: changed.size,
      missing: missing.size,
    }
  }

  items(group: RestartGroup): string[] {
    return [...this.#ids[group]]
  }

  dismiss(): void {
    this.#dismissed = true
    this.#options.memory.forget()
  }

  stop(): void {
    this.#stopped = true
    this.#keep()
  }

  /** Looks at the originals, in the order of the queue; fulfils when all were looked at. */
  async run(deps: RestartDeps): Promise<void> {
    const rest = new Map(this.#pending.map((item) => [item.id, item]))
    const first = [...deps.list.queued(() => true)].flatMap((id) => rest.get(id) ?? [])
    const order = [...new Set([...first, ...this.#pending])]
    for (let start = 0; start < order.length && !this.#stopped; start += looksAtOnce) {
      await Promise.all(order.slice(start, start + looksAtOnce).map((item) => this.#look(item, deps)))
      deps.onChange()
      if (Date.now() - (this.#unkeptSinceMs ?? Date.now()) >= keptEveryMs) this.#keep()
      await nextTurn()
    }
    this.#checking = false
    this.#keep()
    deps.onChange()
  }

  /** Until the report is dismissed the next start tells it too: by then these files look like any others. */
  #keep(): void {
    if (this.#unkeptSinceMs === null || this.#dismissed) return
    this.#unkeptSinceMs = null
    const { changed, missing } = this.#ids
    try {
      this.#options.memory.keep({ changed: [...changed], missing: [...missing] })
    } catch (thrown) {
      this.#options.onProblem(thrown)
    }
  }

  #find(group: 'changed' | 'missing', itemId: string): void {
    this.#ids[group].add(itemId)
    this.#unkeptSinceMs ??= Date.now()
  }

  async #look(before: UploadItem, { list, isUnderWay }: RestartDeps): Promise<void> {
    const found = await stampSource(before).catch(toUploadError)
    const item = list.get(before.id)
    if (!item || this.#stopped) return
    const isFree = !isUnderWay(item.id) && !isFinished(item.state.status)
    if (found instanceof Error) {
      // What cannot be read now is told by the attempt itself: it may be readable then.
      if (found.code !== 'source-missing') return
      this.#ids.goingOn.delete(item.id)
      this.#find('missing', item.id)
      if (isFree && item.state.status !== 'paused') {
        list.put([transition(item, { status: 'failed', error: found.info })])
      }
    } else if (found.size !== before.size || found.mtimeMs !== before.mtimeMs) {
      this.#find('changed', item.id)
      if (isFree) list.put([{ ...item, ...found, payload: null, note: null, ...otherBytes }])
    }
  }
}

function idsOf(items: readonly UploadItem[], condition: (item: UploadItem) => boolean): Set<string> {
  return new Set(items.filter(condition).map(({ id }) => id))
}

/** Whoever put the file back and sent it needs not be told that it was missing. */
function isMissing({ state }: UploadItem): boolean {
  return state.status === 'failed' && state.error.code === 'source-missing'
}
