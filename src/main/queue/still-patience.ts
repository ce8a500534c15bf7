/**
 * For a command that must end: how long to wait for files that never stand still. Time counts only while such files are all
 * that is left, and only while this machine is awake.
 */
import type { UploadItem } from '../../shared/upload.ts'
import { isMoving } from '../../shared/upload.ts'
import type { ItemList } from './item-list.ts'

const tickMs = 500
/** After a longer gap between two ticks the machine slept, or the process was stopped: that was no time to wait. */
const longestTickMs = 2 * tickMs

export class StillPatience {
  readonly #list: ItemList
  readonly #patienceMs: number
  readonly #onGiveUp: (items: readonly UploadItem[]) => void
  /** Item -> how long it was waited for, ms; what was sent in between and changed again goes on counting. */
  readonly #waitedMs = new Map<string, number>()
  readonly #timer: NodeJS.Timeout | undefined
  #lastMs = performance.now()

  /** @param patienceMs Infinity to wait for ever @param onGiveUp called with files that were waited for in vain */
  constructor(list: ItemList, patienceMs: number, onGiveUp: (items: readonly UploadItem[]) => void) {
    this.#list = list
    this.#patienceMs = patienceMs
    this.#onGiveUp = onGiveUp
    if (patienceMs !== Number.POSITIVE_INFINITY) this.#timer = setInterval(() => this.#tick(), tickMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    const nowMs = performance.now()
    const passedMs = Math.min(nowMs - this.#lastMs, longestTickMs)
    this.#lastMs = nowMs
    const { movingFiles, parkedFiles, pendingFiles } = this.#list.remaining
    if (movingFiles === 0 || movingFiles + parkedFiles < pendingFiles) return
    const moving = this.#list.where(isMoving)
    for (const { id } of moving) this.#waitedMs.set(id, (this.#waitedMs.get(id) ?? 0) + passedMs)
    const inVain = moving.filter(({ id }) => (this.#waitedMs.get(id) ?? 0) >= this.#patienceMs)
    for (const { id } of inVain) this.#waitedMs.delete(id)
    if (inVain.length > 0) this.#onGiveUp(inVain)
  }
}
