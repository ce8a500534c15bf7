/** How files get in: drops that start at once, drops that wait for the person's review, and inboxes that a page fills. One scan each. */
import { randomUUID } from 'node:crypto'
import type { Intake as Added } from '../../shared/answers.ts'
import type { DropRoot } from '../../shared/batch.ts'
import { type Destination, destinationProblem } from '../../shared/destination.ts'
import type { Preset } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import { serverOf } from '../../shared/settings.ts'
import { skipBy } from '../../shared/skip-rules.ts'
import { type DropSurvey, isLarge } from '../../shared/survey.ts'
import { isFinished } from '../../shared/upload.ts'
import type { Drives } from '../intake/drives.ts'
import { nameOfDrop, pathsToRead } from '../intake/scan.ts'
import { SharedScan } from '../intake/shared-scan.ts'
import { Survey } from '../intake/survey.ts'
import type { ItemList } from '../queue/item-list.ts'
import { badDestination } from './bad-destination.ts'
import type { DropPlan, Drops, PlacedPlan } from './drops.ts'
import type { Announced, InboxBatch, InboxBatches } from './inbox-batches.ts'
import type { ItemDrives } from './item-drives.ts'
import type { ClientSettings } from './settings.ts'

/** What is chosen for one drop; left out, what the settings say. */
export interface DropChoice {
  readonly presetId?: string | undefined
  readonly serverId?: string | undefined
  readonly destination?: Destination | undefined
}

export interface IntakeDeps {
  readonly list: ItemList
  readonly drops: Drops
  readonly drives: Pick<Drives, 'rootsOf'>
  readonly itemDrives: Pick<ItemDrives, 'isSameFile'>
  readonly inboxes: InboxBatches
  readonly settings: ClientSettings
  /** Overrides the settings' preset; undefined leaves the choice to them. */
  readonly preset: Preset | null | undefined
  /** Overrides where the settings have files go at the server. */
  readonly destination?: Destination | undefined
  /** How long a drop may take to prove small before the person is asked about it, in ms. */
  readonly patienceMs: number
}

/** More than anybody looks at: the oldest is discarded. */
const mostReviews = 16

/** A drop that waits to be confirmed or discarded. */
interface Review {
  readonly paths: readonly string[]
  /** Where they lay when they were dropped: by the time of the answer a card may be gone. */
  readonly placed: PlacedPlan
  readonly scan: SharedScan
  readonly survey: Survey
  /** Fulfils when all names are read. */
  readonly read: Promise<void>
  readonly stop: AbortController
  /** The batch that lists its files while nobody knows yet whether it is large. */
  batchId: string | null
}

export class Intake {
  readonly #deps: IntakeDeps
  readonly #reviews = new Map<string, Review>()
  /** Drops whose `add` has not been answered. */
  #arriving = 0

  constructor(deps: IntakeDeps) {
    this.#deps = deps
  }

  /**
   * Adds files and folders: one batch per call, named after its folder; files appear as they are found.
   * A file that is on the list already is not added twice: an unfinished one stays as it is, a finished one is offered again.
   * @param paths absolute; one that can't be read becomes a failed item
   * @returns ids of the new batches
   * @throws UploadError `not-found` for a preset or a server that does not exist
   */
  async addPaths(paths: readonly string[], choice?: DropChoice): Promise<readonly string[]> {
    const plan = this.#planOf(choice)
    return [this.#deps.drops.add(paths, await this.#placed(plan, paths))]
  }

  /**
   * As `addPaths`, but where the settings ask for a review nothing is sent before `confirm`. With the setting `large` files are
   * listed as they are found, until the drop proves large; under review nothing of it is on the list.
   */
  async add(paths: readonly string[], choice?: DropChoice): Promise<Added> {
    this.#arriving += 1
    try {
      return await this.#add(paths, choice)
    } finally {
      this.#arriving -= 1
    }
  }

  /** Whether a drop has just arrived, and the list does not show it yet. */
  get isArriving(): boolean {
    return this.#arriving > 0
  }

  /** Whether a drop has just arrived or waits for the person's review: the list may not show it yet. */
  get isAwaited(): boolean {
    return this.#arriving > 0 || this.#reviews.size > 0
  }

  async #add(paths: readonly string[], choice?: DropChoice): Promise<Added> {
    const { reviewDrops } = this.#deps.settings.current
    if (reviewDrops === 'never') return { surveyId: null, batchIds: await this.addPaths(paths, choice) }
    const plan = this.#planOf(choice)
    const placed = await this.#placed(plan, paths)
    const surveyId = this.#startReview(paths, placed)
    const review = this.#require(surveyId)
    if (reviewDrops === 'always') return { surveyId, batchIds: [] }
    const batchId = this.#deps.drops.add(paths, placed, { scan: review.scan, unconfirmed: true })
    review.batchId = batchId
    const isSmall = await this.#provesSmall(review)
    if (!this.#reviews.has(surveyId)) return { surveyId: null, batchIds: [] }
    if (!isSmall) {
      review.batchId = null
      this.#deps.drops.withdraw(batchId)
      return { surveyId, batchIds: [] }
    }
    this.#endReview(surveyId)
    this.#deps.drops.confirm(batchId)
    return { surveyId: null, batchIds: [batchId] }
  }

  /** What was found so far. @throws UploadError `not-found` */
  survey(surveyId: string): DropSurvey {
    return this.#require(surveyId).survey.found
  }

  /** Adds a drop that was under review. @returns ids of the new batches @throws UploadError `not-found` */
  async confirm(surveyId: string, choice?: DropChoice): Promise<readonly string[]> {
    const { paths, placed, scan } = this.#require(surveyId)
    // A preset that no longer exists must not cost the drop.
    const plan = this.#planOf(choice)
    this.#endReview(surveyId)
    return [this.#deps.drops.add(paths, { ...placed, ...plan }, { scan })]
  }

  /** Adds nothing of a drop that was under review, and keeps nothing of it. */
  discard(surveyId: string): void {
    const review = this.#reviews.get(surveyId)
    if (!review) return
    review.scan.stop()
    this.#endReview(surveyId)
    if (review.batchId !== null) this.#deps.drops.withdraw(review.batchId)
  }

  /**
   * Opens a batch whose files arrive one by one in a folder that the queue then owns; see `InboxBatches.open`.
   * @throws UploadError `not-found` for a preset or a server that does not exist
   */
  async openInbox(
    name: string,
    earlierId?: string,
    choice?: DropChoice,
    announced: Announced = { files: 0, leftOut: 0, skipped: 0 },
  ): Promise<InboxBatch> {
    return this.#deps.inboxes.open(name, earlierId, this.#planOf(choice), announced)
  }

  /** What is chosen for files that are found later. @throws UploadError as `addPaths` */
  planFor(choice?: DropChoice): DropPlan {
    return this.#planOf(choice)
  }

  /** Discards all reviews. */
  close(): void {
    for (const surveyId of [...this.#reviews.keys()]) this.discard(surveyId)
  }

  #planOf({ presetId, serverId, destination: chosen }: DropChoice = {}): DropPlan {
    const { settings, preset: usual, destination: given } = this.#deps
    const preset = presetId === undefined && usual !== undefined ? usual : settings.presetFor(presetId)
    const to = serverId ?? settings.current.defaultServerId
    const destination = chosen ?? given ?? settings.current.destinations[to] ?? null
    const problem = destination && destinationProblem(destination)
    if (problem) throw badDestination(problem)
    if (serverOf(settings.current, to) !== undefined) return { preset, serverId: to, destination }
    throw new UploadError('not-found', 'The server to upload to is not in the settings. Choose another.')
  }

  /** The plan with the places of the paths, and their drives, as they are connected now. */
  async #placed(plan: DropPlan, paths: readonly string[]): Promise<PlacedPlan> {
    const toRead = await pathsToRead(paths)
    return { ...plan, ...toRead, drives: await this.#deps.drives.rootsOf(toRead.unscannedPaths) }
  }

  #startReview(paths: readonly string[], placed: PlacedPlan): string {
    const surveyId = randomUUID()
    const { maxFileSize, skipRules } = this.#deps.settings.current
    const scan = new SharedScan(placed.unscannedPaths, placed.unscannedNames)
    const survey = new Survey({
      name: nameOfDrop(paths),
      scan,
      skip: skipBy(skipRules),
      maxFileSize,
      known: (sourcePath) => this.#knownAs(sourcePath, surveyId, placed.drives),
    })
    const stop = new AbortController()
    const read = survey.read(stop.signal)
    // Rejects when the review ends; then nobody waits for it any more.
    read.then(() => survey.compare(stop.signal)).catch(() => undefined)
    this.#reviews.set(surveyId, { paths, placed, scan, survey, read, stop, batchId: null })
    const [oldest] = this.#reviews.keys()
    if (this.#reviews.size > mostReviews && oldest !== undefined) this.discard(oldest)
    return surveyId
  }

  /** Whether a file is on the list already, other than by the very drop that is surveyed. */
  #knownAs(sourcePath: string, surveyId: string, roots: readonly DropRoot[]): 'waiting' | 'finished' | null {
    const { list, itemDrives } = this.#deps
    const item = list.bySource(sourcePath)
    if (!item || item.batchId === this.#reviews.get(surveyId)?.batchId) return null
    if (!itemDrives.isSameFile(item, roots)) return null
    return isFinished(item.state.status) ? 'finished' : 'waiting'
  }

  /** Ends the review and its survey; the scan goes on, for the list may need the rest of it. */
  #endReview(surveyId: string): void {
    this.#reviews.get(surveyId)?.stop.abort()
    this.#reviews.delete(surveyId)
  }

  /** False when it is large, and when it takes so long that this can't be told soon. */
  async #provesSmall({ survey, read, stop }: Review): Promise<boolean> {
    const isRead = read.then(
      () => true,
      () => true,
    )
    for (const untilMs = Date.now() + this.#deps.patienceMs; Date.now() < untilMs && !stop.signal.aborted; ) {
      const pause = new Promise<false>((resolve) => setTimeout(() => resolve(false), 20))
      const ended = await Promise.race([isRead, pause])
      if (isLarge(survey.total)) return false
      if (ended) return true
    }
    return false
  }

  #require(surveyId: string): Review {
    const found = this.#reviews.get(surveyId)
    if (found) return found
    throw new UploadError('not-found', 'This drop is no longer under review. Add it again.', {
      facts: { kind: 'survey-gone' },
    })
  }
}
