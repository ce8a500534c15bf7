/**
 * For a command that must end: how long to wait for files that never stand still. Time counts only while such files are all
 * that is left, and only while this machine is awake.
 */
import { isMoving, type UploadItem } from '../../shared/upload.ts'
import type { AwakeClock } from './awake-clock.ts'
import type { ItemList } from './item-list.ts'

export interface StillPatienceDeps {
  readonly list: ItemList
  readonly clock: Pick<AwakeClock, 'nowMs'>
  /** Whether folders are still being read: they may hold files that can be sent. */
  readonly isReading: () => boolean
}

const tickMs = 500

export class StillPatience {
  readonly #deps: StillPatienceDeps
  readonly #patienceMs: number
  readonly #onGiveUp: (items: readonly UploadItem[]) => void
  /** Item -> how long it was waited for, ms awake; what was sent in between and changed again goes on counting. */
  readonly #waitedMs = new Map<string, number>()
  readonly #timer: NodeJS.Timeout | undefined
  #lastMs: number

  /** @param patienceMs ms awake, Infinity to wait for ever @param onGiveUp called with files that were waited for in vain */
  constructor(deps: StillPatienceDeps, patienceMs: number, onGiveUp: (items: readonly UploadItem[]) => void) {
    this.#deps = deps
    this.#patienceMs = patienceMs
    this.#onGiveUp = onGiveUp
    this.#lastMs = deps.clock.nowMs
    if (patienceMs !== Number.POSITIVE_INFINITY) this.#timer = setInterval(() => this.#tick(), tickMs).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #tick(): void {
    const { list, clock, isReading } = this.#deps
    const { nowMs } = clock
    const passedMs = nowMs - this.#lastMs
    this.#lastMs = nowMs
    const { movingFiles, parkedFiles, pendingFiles } = list.remaining
    if (isReading() || movingFiles === 0 || movingFiles + parkedFiles < pendingFiles) return
    const moving = list.where(isMoving)
    for (const { id } of moving) this.#waitedMs.set(id, (this.#waitedMs.get(id) ?? 0) + passedMs)
    const inVain = moving.filter(({ id }) => (this.#waitedMs.get(id) ?? 0) >= this.#patienceMs)
    for (const { id } of inVain) this.#waitedMs.delete(id)
    if (inVain.length > 0) this.#onGiveUp(inVain)
  }
}
