/** Has those who ask for a volume at about the same time share one reading of the system's list of mounts. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Volume, Volumes } from './volume.ts'

/** Readings of one place begin no closer together: files that end within this time share one, ms. */
const apartMs = 20
/** How old an answer may be for those to whom a moment makes no difference, ms. */
const latelyMs = 200

const mostPlaces = 256

interface Place {
  /** A reading that has not begun: whoever asks before it does may share it. */
  next: Promise<Volume | null> | null
  /** When the last reading began, monotonic ms. */
  beganMs: number
  last: Volume | null
}

export class SharedVolumes implements Volumes {
  readonly #volumes: Volumes
  readonly #places = new Map<string, Place>()

  constructor(volumes: Volumes) {
    this.#volumes = volumes
  }

  /** As `Volumes.at`, from a reading that begins after the question: a card that was pulled out before is never missed. */
  at(path: string): Promise<Volume | null> {
    const place = this.#place(path)
    place.next ??= this.#read(path, place)
    return place.next
  }

  /** As `at`, but a volume that was there within the last 200 ms counts as still there. */
  async atLately(path: string): Promise<Volume | null> {
    const { last, beganMs } = this.#place(path)
    return last !== null && performance.now() - beganMs < latelyMs ? last : this.at(path)
  }

  list(): Promise<readonly Volume[]> {
    return this.#volumes.list()
  }

  #place(path: string): Place {
    // Whoever waits for a reading keeps it.
    if (this.#places.size > mostPlaces) this.#places.clear()
    const place = this.#places.get(path) ?? { next: null, beganMs: Number.NEGATIVE_INFINITY, last: null }
    this.#places.set(path, place)
    return place
  }

  async #read(path: string, place: Place): Promise<Volume | null> {
    await delay(Math.max(0, place.beganMs + apartMs - performance.now()))
    place.next = null
    const beganMs = performance.now()
    place.beganMs = beganMs
    place.last = null
    const volume = await this.#volumes.at(path)
    // A later reading may have ended before.
    if (place.beganMs === beganMs) place.last = volume
    return volume
  }
}
