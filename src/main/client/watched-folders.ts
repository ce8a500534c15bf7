/** The folders that are watched, each with a batch of its own that grows. */
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Drives } from '../intake/drives.ts'
import { nameOfDrop } from '../intake/scan.ts'
import type { CreateStore } from '../journal/json-store.ts'
import type { ItemList } from '../queue/item-list.ts'
import { WatchMemory } from '../watching/watch-memory.ts'
import { WatchedFolder, type WatchOptions } from '../watching/watched-folder.ts'
import type { Drops } from './drops.ts'
import type { DropChoice, Intake } from './intake.ts'
import type { QueueCommands } from './queue-commands.ts'

export interface WatchedFoldersDeps {
  readonly options: { readonly stateDir: string; readonly createStore: CreateStore }
  readonly list: ItemList
  readonly drops: Drops
  readonly drives: Pick<Drives, 'rootsOf'>
  readonly intake: Pick<Intake, 'planFor'>
  readonly commands: Pick<QueueCommands, 'retry' | 'remove'>
  readonly onProblem: (thrown: unknown) => void
}

export class WatchedFolders {
  readonly #deps: WatchedFoldersDeps
  readonly #watched = new Map<string, WatchedFolder>()

  constructor(deps: WatchedFoldersDeps) {
    this.#deps = deps
  }

  /**
   * Uploads the files of a folder as they come; fulfils when all that is there now is on the list.
   * @throws UploadError `bad-request` for a folder that is watched already; `not-found` as adding does
   */
  async watch(options: WatchOptions, choice?: DropChoice): Promise<void> {
    const { folder } = options
    if (this.#watched.has(folder)) throw new UploadError('bad-request', `${folder} is watched already.`)
    const { list, drops, drives, intake, commands, onProblem } = this.#deps
    const plan = intake.planFor(choice)
    const open = async () => {
      const placed = { ...plan, unscannedPaths: [], drives: await drives.rootsOf([folder]) }
      return drops.openFor(nameOfDrop([folder]), placed)
    }
    const watched = new WatchedFolder(
      {
        listed: (sourcePath) => list.bySource(sourcePath),
        open,
        has: (batchId) => list.batch(batchId) !== undefined,
        enter: (batchId, finds) => drops.addFound(batchId, finds),
        again: (itemIds) => commands.retry({ itemIds: [...itemIds] }),
        gone: async (itemIds) => void (await commands.remove({ itemIds: [...itemIds] })),
        memory: new WatchMemory(this.#deps.options, folder),
        onProblem,
      },
      options,
    )
    this.#watched.set(folder, watched)
    await watched.start()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#watched.values()].map((watched) => watched.stop()))
  }
}
