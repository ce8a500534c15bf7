/** Builds the parts of the client and connects them by their events: the only place where all of them meet. */
import { bothRules, noSkipRules } from '../../shared/skip-rules.ts'
import type { Cards } from '../cards/cards.ts'
import type { Feed } from '../feed/feed.ts'
import { createHashPool, type HashPool } from '../hashing/hash-pool.ts'
import { Drives } from '../intake/drives.ts'
import type { AwakeClock } from '../queue/awake-clock.ts'
import { StillPatience } from '../queue/still-patience.ts'
import type { UploadQueue } from '../queue/upload-queue.ts'
import { systemVolumes } from '../volumes/system-volumes.ts'
import { BatchLinks } from './batch-links.ts'
import { BatchReports } from './batch-reports.ts'
import { openCards } from './card-parts.ts'
import { Destinations } from './destinations.ts'
import { DriveReturn } from './drive-return.ts'
import { type DropDeps, Drops } from './drops.ts'
import { Files } from './files.ts'
import { History } from './history.ts'
import { InboxBatches } from './inbox-batches.ts'
import { Intake } from './intake.ts'
import { ItemDrives } from './item-drives.ts'
import { KeptReceipts } from './kept-receipts.ts'
import { type LookAtLines, lineLooker } from './look-at-lines.ts'
import type { ClientOptions } from './options.ts'
import { ParkedDrives } from './parked-drives.ts'
import { Previews } from './previews.ts'
import { QueueCommands } from './queue-commands.ts'
import { Removals } from './removals.ts'
import { SecondLook } from './second-look.ts'
import { type Base, connectQueue, openTools, type Sending } from './sending.ts'
import { ServerAnswers } from './server-answers.ts'
import { SourceCheck } from './source-check.ts'
import { openProblems, openStores } from './stores.ts'
import type { WatchedFolders } from './watched-folders.ts'
import { watchFolders } from './watched-parts.ts'

const defaultReviewPatienceMs = 3_000
const defaultPageReturnMs = 45_000

/** Everything that a running client is made of. */
export type Parts = ReturnType<typeof buildParts>

/** Opens journal and settings and builds the rest upon them; nothing runs yet. */
export function buildParts(options: ClientOptions) {
  const parts = buildQueue(options, { cards: () => cards.rows, watched: () => watchedFolders })
  const { list, itemDrives, connections, settings, isReceiving, volumes, certificates } = parts
  const { tools, intake, feed, problems } = parts
  const cards: Cards = openCards(options, {
    ...{ list, itemDrives, connections, settings, isReceiving, volumes, certificates },
    hashPool: tools.hashPool,
    add: (path, plan) => intake.addPaths([path], plan),
    onChange: () => feed.overviewChanged(),
    onProblem: problems.report,
  })
  const { queue, journal, placing, history, untold, previews } = parts
  const destinations = new Destinations({ previews, list, queue, journal, settings, connections, placing })
  const watchedFolders: WatchedFolders = watchFolders(options, parts)
  const telling = { list, connections, history, untold, isReceiving, onProblem: problems.report }
  const batchReports = new BatchReports(telling)
  const batchLinks = new BatchLinks({ list, connections })
  return { ...parts, cards, destinations, watchedFolders, batchReports, batchLinks }
}

/** What is built upon the queue, and asked by it later. */
interface Later {
  /** What the overview says of memory cards. */
  readonly cards: Base['cards']
  readonly watched: () => WatchedFolders
}

function buildQueue(options: ClientOptions, { cards, watched }: Later) {
  const problems = openProblems(options)
  const stores = openStores(options, problems.report)
  const { list, settings, inbox, arrived } = stores
  const tools = openTools(options)
  const isReceiving = (batchId: string) => inboxes.isOpen(batchId)
  const volumes = options.volumes ?? systemVolumes(options.stateDir)
  const drives = new Drives(volumes)
  const itemDrives = new ItemDrives(list, drives)
  const isGrowing = (batchId: string) => drops.reads(batchId) || isReceiving(batchId)
  const previews: Previews = new Previews({ ...stores, isGrowing, onFree: () => queue.pump() })
  const later = {
    ...{ isReceiving, previews: () => previews, isReading: () => drops.isReading },
    ...{ waits: () => parkedDrives, cards, watched },
  }
  const sending = connectQueue(options, { ...stores, ...later, tools, problems, itemDrives })
  const { queue, connections } = sending
  const onCutShort: DropDeps['onCutShort'] = (batchId, unread) => parkedDrives.addUnread(batchId, unread)
  const drops = openDrops(options, { ...stores, queue, problems, itemDrives, onCutShort, previews })
  const parkedDrives: ParkedDrives = parkDrives(options, {
    ...{ list, drives, itemDrives, drops, hashPool: tools.hashPool, problems },
    ...sending,
  })
  const returnMs = options.pageReturnMs ?? defaultPageReturnMs
  const inboxes = new InboxBatches({ drops, inbox, list, arrived, returnMs, report: problems.report })
  const newCheck = () => new SourceCheck(() => createHashPool(options.hashWorker, 1))
  const sourceCheck = newCheck()
  const shared = { ...stores, connections, problems, isReceiving, itemDrives }
  const onChecked = (batchId: string) => history.onChecked(batchId)
  const secondLook = openSecondLook({ ...shared, sourceCheck, queue, onChecked })
  const looking = { secondLook, lookAtLines: lineLooker(drives, sourceCheck) }
  const recording = openHistory(options, { ...shared, ...looking })
  const history: History = recording.history
  const removals = openRemovals(stores)
  const intake = new Intake({ list, drops, drives, itemDrives, inboxes, settings, ...choicesOf(options) })
  const commands = new QueueCommands({ previews, ...stores, ...sending, drops, history, removals, watched })
  // A command writes its receipt once everything else has stopped.
  const lookForReceipt = { itemDrives, lookAtLines: lineLooker(drives, newCheck()) }
  const files = new Files({ list, thumbnails: tools.thumbnails, connections, ...lookForReceipt })
  const stillPatience = openStillPatience(options, { list, queue, drops, clock: sending.clock })
  const watching = { secondLook, sourceCheck, stillPatience, itemDrives, parkedDrives }
  const serverAnswers = new ServerAnswers({ settings, connections })
  const own = { drops, previews, inboxes, ...recording, removals, intake, commands, files, serverAnswers }
  return { ...stores, ...sending, ...own, ...watching, problems, tools, volumes, drives, isReceiving }
}

function openRemovals({ inbox }: Pick<Base, 'inbox'>): Removals {
  return new Removals((items) => {
    for (const { staged, sourcePath } of items) if (staged) inbox.release(sourcePath)
  })
}

/** What a command or a test decides for everything that is added. */
function choicesOf({ preset, destination, reviewPatienceMs }: ClientOptions) {
  return { preset, destination, patienceMs: reviewPatienceMs ?? defaultReviewPatienceMs }
}

interface CheckSources extends Pick<Base, 'list' | 'itemDrives' | 'isReceiving' | 'problems'> {
  readonly queue: UploadQueue
  readonly sourceCheck: SourceCheck
  readonly onChecked: (batchId: string) => void
}

function openSecondLook({ itemDrives: drives, queue, problems, ...sources }: CheckSources): SecondLook {
  return new SecondLook({
    ...sources,
    drives,
    onChanged: () => queue.pump(),
    onProblem: problems.report,
  })
}

interface StillSources extends Pick<Base, 'list'> {
  readonly queue: UploadQueue
  readonly drops: Drops
  readonly clock: AwakeClock
}

function openStillPatience(
  { stillPatienceMs = Number.POSITIVE_INFINITY }: ClientOptions,
  { list, queue, drops, clock }: StillSources,
): StillPatience {
  const deps = { list, clock, isReading: () => drops.isReading }
  return new StillPatience(deps, stillPatienceMs, (items) => queue.giveUpMoving(items))
}

interface DropSources extends Pick<Base, 'list' | 'journal' | 'settings' | 'problems' | 'itemDrives'> {
  readonly queue: UploadQueue
  readonly onCutShort: DropDeps['onCutShort']
  readonly previews: Previews
}

function openDrops({ skipRules = noSkipRules }: ClientOptions, sources: DropSources): Drops {
  const { list, journal, settings, queue, problems, itemDrives, onCutShort, previews } = sources
  return new Drops({
    list,
    previews,
    journal,
    drives: itemDrives,
    limits: () => ({
      maxFileSize: settings.current.maxFileSize,
      skipRules: bothRules(settings.current.skipRules, skipRules),
    }),
    onCutShort,
    onItems: () => queue.pump(),
    onAddedAgain: (items) => queue.retry(items),
    onProblem: problems.report,
  })
}

interface DriveSources extends Sending, Pick<Base, 'list' | 'itemDrives' | 'problems'> {
  readonly drives: Drives
  readonly drops: Drops
  readonly hashPool: HashPool
  readonly feed: Feed
  readonly clock: AwakeClock
}

function parkDrives({ patience }: ClientOptions, sources: DriveSources): ParkedDrives {
  const { list, drives, itemDrives, drops, hashPool, queue, feed, problems, clock } = sources
  const isUnderWay = (itemId: string) => queue.isUnderWay(itemId)
  const driveReturn = new DriveReturn({
    ...{ list, drives, itemDrives, hashPool, isUnderWay },
    isRead: (batchId) => drops.reads(batchId),
    onReady: (items) => queue.onDriveReady(items),
    onReadable: (batchId) => {
      parkedDrives.removeUnread(batchId)
      drops.resume(batchId)
    },
  })
  const parkedDrives: ParkedDrives = new ParkedDrives({
    ...{ list, itemDrives, isUnderWay, driveReturn, clock },
    isReading: () => drops.isReading,
    patienceMs: patience.returnMs,
    onChange: () => feed.overviewChanged(),
    onProblem: problems.report,
  })
  return parkedDrives
}

type HistorySources = Pick<
  Base,
  'list' | 'historyStore' | 'problems' | 'isReceiving' | 'itemDrives' | 'settings'
> &
  Pick<Sending, 'connections'> & { readonly secondLook: SecondLook; readonly lookAtLines: LookAtLines }

/** The history of finished batches, and the receipts that are kept of them. */
function openHistory({ onBatchFinished }: ClientOptions, sources: HistorySources) {
  const { list, historyStore, connections, problems, isReceiving, settings } = sources
  const { secondLook, lookAtLines, itemDrives } = sources
  const history = new History({
    list,
    store: historyStore,
    serverOf: (batchId) => {
      const { name, url } = connections.state(connections.serverIdOf(batchId))
      return { name, url }
    },
    isReceiving,
    ...{ secondLook, lookAtLines, itemDrives },
    onFinished: (entry) => {
      onBatchFinished?.(entry)
      keptReceipts.keep(entry.batchId)
    },
    onProblem: problems.report,
  })
  const keptReceipts = new KeptReceipts({
    folder: () => settings.current.receiptDir,
    write: (batchId) => history.receipt(batchId, 'csv'),
    onProblem: problems.report,
  })
  return { history, keptReceipts }
}
