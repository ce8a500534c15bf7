/** Meters of acknowledged bytes: one for all files together, one for each active file. */
import { isActive, type UploadItem } from '../../shared/upload.ts'
import { SpeedHistory } from './speed-history.ts'
import { SpeedMeter } from './speed-meter.ts'

export class Speeds {
  readonly #all = new SpeedMeter()
  readonly #items = new Map<string, SpeedMeter>()
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

  /** Drops the meters of items that are no longer active. */
  onItem(item: UploadItem): void {
    if (!isActive(item.state.status)) this.#items.delete(item.id)
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
