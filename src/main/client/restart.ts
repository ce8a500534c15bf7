/**
 * The report after a restart: checks every original that is still to be sent, ahead of the queue, and follows the files
 * that were on the list then until all of them are finished.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { RestartGroup } from '../../shared/answers.ts'
import type { RestartReport } from '../../shared/feed.ts'
import { toUploadError } from '../../shared/protocol/errors.ts'
import { countedAs, isFinished, isPending, transition, type UploadItem } from '../../shared/upload.ts'
import { isSameVersion, stampSource } from '../intake/source-file.ts'
import type { RestartMemory } from '../journal/restart-memory.ts'
import { otherVersion } from '../pipeline/check-source.ts'
import type { ItemList, ListListener } from '../queue/item-list.ts'
import type { ItemDrives } from './item-drives.ts'

interface RestartOptions {
  /** All items that are on the list at the start, as they were left. */
  readonly items: readonly UploadItem[]
  readonly memory: RestartMemory
  readonly onProblem: (thrown: unknown) => void
}

interface RestartDeps {
  readonly list: ItemList
  readonly isUnderWay: (itemId: string) => boolean
  readonly drives: Pick<ItemDrives, 'assertThere'>
  /** A number of the report may have changed. */
  readonly onChange: () => void
}

/** Files checked at once: hides the latency of network disks without flooding them. */
const checksAtOnce = 32

/** A crash loses at most this much of what was found. */
const savedEveryMs = 2_000

export class Restart implements ListListener {
  readonly #options: RestartOptions
  /** Ids of the files that the report is about. */
  readonly #all: ReadonlySet<string>
  /** Where each of them stands now. */
  readonly #ids: Readonly<Record<RestartGroup, Set<string>>>
  readonly #pending: readonly UploadItem[]
  readonly #atMs = Date.now()
  #checking = true
  #dismissed = false
  #onChange = () => {}
  #stopListening: () => unknown = () => {}
  #stopped = false
  /** Since when there are findings that are not on disk, ms since 1970. */
  #unsavedSinceMs: number | null = null

  constructor(options: RestartOptions) {
    this.#options = options
    const { items, memory } = options
    const before = memory.read()
    const [wasChanged, wasMissing] = [new Set(before.changed), new Set(before.missing)]
    this.#all = idsOf(items, () => true)
    this.#pending = items.filter(({ state }) => !isFinished(state.status))
    const missing = idsOf(items, (item) => wasMissing.has(item.id) && isMissing(item))
    this.#ids = {
      safe: idsOf(items, ({ state }) => state.status === 'done'),
      goingOn: idsOf(this.#pending, () => true),
      changed: idsOf(this.#pending, ({ id }) => wasChanged.has(id)),
      missing,
      notUploaded: idsOf(items, (item) => isNotSent(item) && !missing.has(item.id)),
    }
  }

  /** Null where nothing is left to do or to report, and once it was dismissed. */
  get report(): RestartReport | null {
    const { safe, goingOn, changed, missing, notUploaded } = this.#ids
    if (this.#dismissed || goingOn.size + missing.size === 0) return null
    return {
      atMs: this.#atMs,
      checking: this.#checking,
      safe: safe.size,
      goingOn: goingOn.size,
      changed: changed.size,
      missing: missing.size,
      notUploaded: notUploaded.size,
    }
  }

  /** Ids of the items behind a number of the report. */
  items(group: RestartGroup): string[] {
    return [...this.#ids[group]]
  }

  dismiss(): void {
    this.#dismissed = true
    this.#options.memory.forget()
    this.#onChange()
  }

  stop(): void {
    this.#stopped = true
    this.#stopListening()
    this.#save()
  }

  onItem(item: UploadItem): void {
    const { id, state } = item
    if (!this.#all.has(id)) return
    const { safe, goingOn, changed, missing, notUploaded } = this.#ids
    setMember(notUploaded, id, isNotSent(item) && !isMissing(item))
    setMember(safe, id, state.status === 'done')
    setMember(goingOn, id, !isFinished(state.status))
    setMember(missing, id, isMissing(item))
    if (isFinished(state.status)) changed.delete(id)
  }

  onItemRemoved(itemId: string): void {
    for (const ids of Object.values(this.#ids)) ids.delete(itemId)
  }

  onBatch(): void {}
  onBatchRemoved(): void {}

  /** Checks the originals in the order of the queue; fulfils when all were checked. */
  async run(deps: RestartDeps): Promise<void> {
    this.#onChange = deps.onChange
    this.#stopListening = deps.list.listen(this)
    const rest = new Map(this.#pending.map((item) => [item.id, item]))
    const first = [...deps.list.queued(() => true)].flatMap((id) => rest.get(id) ?? [])
    const order = [...new Set([...first, ...this.#pending])]
    for (let start = 0; start < order.length && !this.#stopped; start += checksAtOnce) {
      await Promise.all(order.slice(start, start + checksAtOnce).map((item) => this.#check(item, deps)))
      deps.onChange()
      if (Date.now() - (this.#unsavedSinceMs ?? Date.now()) >= savedEveryMs) this.#save()
      await nextTurn()
    }
    this.#checking = false
    this.#save()
    deps.onChange()
  }

  /** Until the report is dismissed, the next start shows these findings too: by then the files look like any others. */
  #save(): void {
    if (this.#unsavedSinceMs === null || this.#dismissed) return
    this.#unsavedSinceMs = null
    const { changed, missing } = this.#ids
    try {
      this.#options.memory.keep({ changed: [...changed], missing: [...missing] })
    } catch (thrown) {
      this.#options.onProblem(thrown)
    }
  }

  #addFinding(group: 'changed' | 'missing', itemId: string): void {
    this.#ids[group].add(itemId)
    this.#unsavedSinceMs ??= Date.now()
  }

  async #check(before: UploadItem, { list, drives, isUnderWay }: RestartDeps): Promise<void> {
    // Files whose drive is gone are not missing: the queue parks them.
    const found = await drives
      .assertThere(before, 'lately')
      .then(() => stampSource(before))
      .catch(toUploadError)
    const item = list.get(before.id)
    if (!item || this.#stopped) return
    const isFree = !isUnderWay(item.id) && !isFinished(item.state.status)
    if (found instanceof Error) {
      // What can't be read now may be readable when its turn comes; otherwise the attempt reports it.
      if (found.code === 'drive-away' && isFree && item.state.status === 'queued') {
        list.put([transition(item, { status: 'waiting', error: found.info, untilMs: null })])
      }
      if (found.code !== 'source-missing') return
      this.#ids.goingOn.delete(item.id)
      this.#addFinding('missing', item.id)
      if (isFree && isPending(item.state.status)) {
        list.put([transition(item, { status: 'failed', error: found.info })])
      }
    } else if (!isSameVersion(before, found)) {
      this.#addFinding('changed', item.id)
      if (isFree) list.put([{ ...item, ...otherVersion(found, Date.now()) }])
    }
  }
}

function setMember(ids: Set<string>, id: string, isMember: boolean): void {
  if (isMember) ids.add(id)
  else ids.delete(id)
}

function idsOf(items: readonly UploadItem[], condition: (item: UploadItem) => boolean): Set<string> {
  return new Set(items.filter(condition).map(({ id }) => id))
}

/** Nothing more happens to it by itself, and it is not stored. */
function isNotSent({ state }: UploadItem): boolean {
  return isFinished(state.status) && countedAs(state.status) !== 'stored'
}

/** A file that was put back and sent needs no mention any more. */
function isMissing({ state }: UploadItem): boolean {
  return state.status === 'failed' && state.error.code === 'source-missing'
}
