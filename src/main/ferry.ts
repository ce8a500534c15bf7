/** The client as a whole: builds it from its parts and is the one face that entries and bridges see. No Electron here. */
import type { FeedEvent, ItemDetails, ServerCheck, Target } from '../shared/ipc.ts'
import type { ServerAddress, Settings, SettingsPatch } from '../shared/settings.ts'

/** A running client. Every change is in the journal before the promise of its call fulfils. */
export interface Ferry {
  /**
   * Starts reading what was dropped: one batch per call, named after its folder; files appear as they are found.
   * @param paths absolute paths of files and folders; one that cannot be read becomes a failed item of its own
   * @returns ids of the new batches
   */
  addPaths(paths: readonly string[]): Promise<readonly string[]>
  /** Opens a batch whose files arrive one by one in a staging folder that the queue then owns. */
  openStagedBatch(name: string): Promise<StagedBatch>
  pause(target: Target): Promise<void>
  resume(target: Target): Promise<void>
  cancel(target: Target): Promise<void>
  retry(target: Target): Promise<void>
  /** @returns how many items were taken off the list */
  removeFinished(): Promise<number>
  /** @throws UploadError `not-found` for an id the journal does not have */
  details(itemId: string): ItemDetails
  /**
   * The stored file's absolute URL, ready for a browser.
   * @throws UploadError `not-found` when the item is unknown or not done
   */
  linkTo(itemId: string): string
  settings(): Settings
  changeSettings(patch: SettingsPatch): Promise<Settings>
  checkServer(address: ServerAddress): Promise<ServerCheck>
  /** See `Bridge.subscribe` in ipc.ts. */
  subscribe(listener: (event: FeedEvent) => void): () => void
  /** Stops the work where it stands, writes the journal and lets go of the state folder. */
  stop(): Promise<void>
}

/** A drop that the page is still streaming. */
export interface StagedBatch {
  readonly batchId: string
  /** Absolute path of an empty folder for this drop's files; the queue deletes each file when it is done with it. */
  readonly folder: string
  /**
   * Adds one file that is whole and flushed in `folder`.
   * @param relativePath path inside the drop, parts joined by `/`
   * @param sourcePath absolute path of the staged copy
   */
  add(relativePath: string, sourcePath: string): Promise<void>
  /** No more files will come. */
  close(): Promise<void>
}
