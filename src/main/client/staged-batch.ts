/** A batch whose files come one by one into a staging folder, as those that are dropped onto browser mode's page. */
import { stampSource } from '../intake/source-file.ts'
import type { DropPlan } from '../queue/drops.ts'
import type { ClientParts } from './parts.ts'

/** A drop that the page is still streaming. */
export interface StagedBatch {
  readonly batchId: string
  /** Absolute path of a folder for this drop's files; the queue deletes each file when it is done with it. */
  readonly folder: string
  /**
   * What an earlier opening of this batch brought already: path inside the drop -> size in bytes.
   * The answers for the last of them may have been lost with the connection.
   */
  readonly brought: ReadonlyMap<string, number>
  /**
   * Adds one file that is whole and flushed in `folder`; fulfils when the journal has it on disk.
   * @param relativePath path inside the drop, parts joined by `/`
   * @param sourcePath absolute path of the staged copy
   * @param onPlaced called as soon as it has its place in the queue, before it is on disk
   */
  add(relativePath: string, sourcePath: string, onPlaced?: () => void): Promise<void>
  /** No more files will come. */
  close(): Promise<void>
}

type Parts = Pick<ClientParts, 'drops' | 'staging' | 'openBatches' | 'list'>

/**
 * Opens a new batch, or goes on with one that a restart or a failure broke off.
 * @param name of a new batch
 * @param earlierId the batch to go on with; a new one takes its place where it is no longer there
 * @param plan of a new batch
 */
export function openStagedBatch(
  parts: Parts,
  name: string,
  earlierId: string | undefined,
  plan: DropPlan,
): StagedBatch {
  const { drops, staging, openBatches, list } = parts
  const isThere = earlierId !== undefined && list.batch(earlierId) !== undefined
  const batchId = isThere ? earlierId : drops.open(name, plan)
  openBatches.add(batchId)
  list.touchBatch(batchId)
  return {
    batchId,
    folder: staging.open(batchId),
    brought: new Map(list.select({ batchIds: [batchId] }).map((item) => [item.relativePath, item.size])),
    add: async (relativePath, sourcePath, onPlaced) => {
      const stamp = await stampSource({ sourcePath, relativePath })
      const written = drops.addStaged(batchId, { kind: 'file', sourcePath, relativePath, ...stamp })
      onPlaced?.()
      await written
    },
    close: async () => {
      openBatches.delete(batchId)
      list.settleBatch(batchId)
    },
  }
}
