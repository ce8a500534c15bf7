/** Has those who ask for a volume at about the same time share one reading of the system's list of mounts. */
import { SharedReadings } from './shared-readings.ts'
import type { Volume, Volumes } from './volume.ts'

/** Readings of one place begin no closer together, ms. */
const apartMs = 20

export class SharedVolumes implements Volumes {
  readonly #volumes: Volumes
  readonly #readings: SharedReadings<Volume | null>

  constructor(volumes: Volumes) {
    this.#volumes = volumes
    this.#readings = new SharedReadings((path) => volumes.at(path), apartMs)
  }

  /** As `Volumes.at`, from a reading that begins after the question: a card that was pulled out before is never missed. */
  at(path: string): Promise<Volume | null> {
    return this.#readings.now(path)
  }

  /** As `at`, but a volume that was there within the last 200 ms counts as still there. */
  atLately(path: string): Promise<Volume | null> {
    return this.#readings.lately(path, (volume) => volume !== null)
  }

  list(): Promise<readonly Volume[]> {
    return this.#volumes.list()
  }
}
