/** The client's face: all that entries and bridges may ask of it. */
import type { Intake, Removal, RestartGroup, ServerCheck } from '../../shared/answers.ts'
import type { ItemDetails } from '../../shared/details.ts'
import type { FeedEvent, Overview } from '../../shared/feed.ts'
import type { HistoryEntry, ReceiptFormat } from '../../shared/history.ts'
import type { Target } from '../../shared/ipc.ts'
import type { PhotoFacts } from '../../shared/photo-facts.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import type { Settings, SettingsPatch } from '../../shared/settings.ts'
import type { DropSurvey } from '../../shared/survey.ts'
import type { ThumbnailSize } from '../../shared/thumbnails.ts'
import type { Thumbnail } from '../images/thumbnails/thumbnails.ts'
import type { PresetChoosing } from './choosing-presets.ts'
import type { WrittenReceipt } from './receipt-text.ts'
import type { StagedBatch } from './staged-batch.ts'

/** What is chosen for one drop; left out, what the settings say. */
export interface DropChoice {
  readonly presetId?: string | undefined
  readonly serverId?: string | undefined
}

/** A running client. Every change is in the journal before the promise of its call fulfils. */
export interface Client extends PresetChoosing {
  /**
   * Starts reading what was dropped: one batch per call, named after its folder; files appear as they are found.
   * A file that is on the list already is not doubled: an unfinished one stays as it is, a finished one is offered anew.
   * @param paths absolute paths of files and folders; one that cannot be read becomes a failed item of its own
   * @returns ids of the new batches
   * @throws UploadError `not-found` for a preset or a server that is not there
   */
  addPaths(paths: readonly string[], choice?: DropChoice): Promise<readonly string[]>
  /**
   * As `addPaths`, but where the settings say so the drop is looked over first and waits for `confirmSurvey`; until then
   * nothing of it is on the list.
   */
  takeIn(paths: readonly string[], choice?: DropChoice): Promise<Intake>
  /** What was found so far. @throws UploadError `not-found` */
  survey(surveyId: string): DropSurvey
  /** Adds what was looked over. @returns ids of the new batches @throws UploadError `not-found` */
  confirmSurvey(surveyId: string, choice?: DropChoice): Promise<readonly string[]>
  /** Adds nothing and keeps nothing of it. */
  forgetSurvey(surveyId: string): void
  /** Opens a batch whose files arrive one by one in a staging folder that the queue then owns; see `openStagedBatch`. */
  openStagedBatch(name: string, earlierId?: string, choice?: DropChoice): Promise<StagedBatch>
  pause(target: Target): Promise<void>
  resume(target: Target): Promise<void>
  cancel(target: Target): Promise<void>
  /** Over batches or all it retries what failed; named items also where they were canceled or done. */
  retry(target: Target): Promise<void>
  /** Lets items or whole batches go first, in the order they have. */
  moveToTop(target: Target): Promise<void>
  /** Takes done and canceled items off the list. */
  removeFinished(target: Target): Promise<Removal>
  /** Takes items off the list, canceling those that are not finished. */
  remove(target: Target): Promise<Removal>
  /** Brings back what a removal took. @returns how many items @throws UploadError `not-found` when it is too late */
  undo(undoId: string): Promise<number>
  /** The named batches go first, in this order. */
  reorderBatches(batchIds: readonly string[]): Promise<void>
  /** @throws UploadError `bad-request` once something of a batch was sent; `not-found` for an unknown server */
  setBatchServer(batchIds: readonly string[], serverId: string): Promise<void>
  /** @throws UploadError `not-found` for an id the journal does not have */
  details(itemId: string): ItemDetails
  /**
   * A small picture of the original; see `Thumbnails.picture`. Null also for an id that is not on the list.
   * @throws UploadError `too-many-requests`
   */
  thumbnail(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<Thumbnail | null>
  /**
   * What the original tells of itself; null for what is no photo, cannot be read or has gone.
   * @throws UploadError `not-found`, `too-many-requests`
   */
  photo(itemId: string): Promise<PhotoFacts | null>
  /**
   * The stored file's absolute URL, ready for a browser.
   * @throws UploadError `not-found` when the item is unknown or not done
   */
  linkTo(itemId: string): string
  /** As `linkTo`, for all of them that are stored. */
  links(itemIds: readonly string[]): readonly { itemId: string; url: string }[]
  /** Ids of the items behind a number of the restart's report. */
  restartItems(group: RestartGroup): readonly string[]
  dismissRestart(): void
  /** Finished batches, newest first. */
  history(): readonly HistoryEntry[]
  forgetHistory(batchIds: readonly string[]): Promise<void>
  /** @throws UploadError `not-found` for a batch that nothing is known of */
  receipt(batchId: string, format: ReceiptFormat): Promise<WrittenReceipt>
  /** Where the bundled server keeps photos unless the settings say otherwise, absolute; null where there is none. */
  readonly usualLibraryDir: string | null
  settings(): Settings
  changeSettings(patch: SettingsPatch): Promise<Settings>
  checkServer(address: ServerAddress): Promise<ServerCheck>
  /** See `Bridge.subscribe` in bridge.ts. */
  subscribe(listener: (event: FeedEvent) => void): () => void
  /** Tells sums and servers once a second, for who shows no rows. @returns a function that ends it */
  watch(listener: (overview: Overview) => void): () => void
  /** Fulfils when all folders are read and no item goes on by itself any more. */
  whenIdle(): Promise<void>
  /** Stops the work where it stands, writes the journal and lets go of the state folder. @throws UploadError `disk-full`, with all stopped */
  stop(): Promise<void>
}
