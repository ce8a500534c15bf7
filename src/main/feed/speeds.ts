/** Meters of acknowledged bytes: one for all files together, one for each active file. */
import { isActive, type UploadItem } from '../../shared/upload.ts'
import { SpeedHistory } from './speed-history.ts'
import { SpeedMeter } from './speed-meter.ts'

export class Speeds {
  readonly #all = new SpeedMeter()
  readonly #items = new Map<string, SpeedMeter>()
  /** Ids of the items that a stage is working on. */
  readonly #active = new Set<string>()
  /** Second by second, of all. */
  readonly history = new SpeedHistory()
  /** When a byte was last acknowledged, ms since 1970; 0 for never. */
  lastMs = 0

  record(itemId: string, bytes: number): void {
    const nowMs = Date.now()
    const meter = this.#items.get(itemId) ?? new SpeedMeter()
    this.#items.set(itemId, meter)
    meter.record(bytes, nowMs)
    this.#all.record(bytes, nowMs)
    this.history.record(bytes, nowMs)
    this.lastMs = nowMs
  }

  /** Follows which items are being worked on; the meters of all others are dropped. */
  onItem({ id, state }: UploadItem): void {
    if (isActive(state.status)) {
      if (this.#active.size === 0) this.history.work(Date.now())
      this.#active.add(id)
    } else this.onItemRemoved(id)
  }

  onItemRemoved(itemId: string): void {
    this.#items.delete(itemId)
    if (this.#active.delete(itemId) && this.#active.size === 0) this.history.rest(Date.now())
  }

  /** A server is away, its disk is full, or the schedule pauses: since the last byte nobody has been measuring. */
  onWaiting(): void {
    this.history.rest(this.lastMs)
  }

  of(itemId: string): number | null {
    return this.#items.get(itemId)?.bytesPerSecond(Date.now()) ?? null
  }

  overall(): number | null {
    return this.#all.bytesPerSecond(Date.now())
  }

  /** Ids of the items that have a meter. */
  measured(): IterableIterator<string> {
    return this.#items.keys()
  }
}
