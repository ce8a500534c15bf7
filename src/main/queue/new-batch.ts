/** A batch as it begins: nothing of it was left out, removed or announced yet. */
import { randomUUID } from 'node:crypto'
import { type Batch, noneRemoved } from '../../shared/batch.ts'

/** @param given what is known of it; what is not given begins empty, with a new id, at the default server, without a preset */
export function newBatch(given: Pick<Batch, 'name' | 'order'> & Partial<Batch>): Batch {
  return {
    id: randomUUID(),
    createdAtMs: Date.now(),
    unscannedPaths: [],
    drives: [],
    preset: null,
    serverId: null,
    destination: null,
    activeMs: 0,
    leftOut: 0,
    awaitedFiles: null,
    neverArrived: null,
    unconfirmed: false,
    previewsOf: null,
    removed: noneRemoved,
    ...given,
  }
}
