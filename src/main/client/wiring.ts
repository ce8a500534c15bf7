/** Builds the parts of the client and connects them by their events: the only place where all of them meet. */
import type { BandwidthNow } from '../../shared/bandwidth.ts'
import { type ErrorInfo, toUploadError } from '../../shared/protocol/errors.ts'
import { bothRules, noSkipRules } from '../../shared/skip-rules.ts'
import { isActive, isOver, isParked, transition, type UploadItem } from '../../shared/upload.ts'
import { Feed } from '../feed/feed.ts'
import { overviewOf } from '../feed/overview.ts'
import { Speeds } from '../feed/speeds.ts'
import { createHashPool, type HashPool } from '../hashing/hash-pool.ts'
import { ImagePool } from '../images/convert/image-pool.ts'
import { Thumbnails } from '../images/thumbnails/thumbnails.ts'
import { Drives, rootFor } from '../intake/drives.ts'
import { lookUpFileSystem } from '../intake/file-system.ts'
import { Inbox } from '../intake/inbox.ts'
import { ChunkLimitStore } from '../journal/chunk-limit-store.ts'
import { HistoryStore } from '../journal/history-store.ts'
import { Journal } from '../journal/journal.ts'
import { RestartMemory } from '../journal/restart-memory.ts'
import { SettingsStore } from '../journal/settings-store.ts'
import { PayloadStore } from '../pipeline/payload-store.ts'
import { AwakeClock } from '../queue/awake-clock.ts'
import { BandwidthSchedule } from '../queue/bandwidth-schedule.ts'
import { ItemList } from '../queue/item-list.ts'
import { StillPatience } from '../queue/still-patience.ts'
import { Traffic } from '../queue/traffic.ts'
import { UploadQueue } from '../queue/upload-queue.ts'
import { Throttle } from '../transfer/throttle.ts'
import { systemVolumes } from '../volumes/system-volumes.ts'
import { ChunkLimits } from './chunk-limits.ts'
import { Connections } from './connections.ts'
import { DriveReturn } from './drive-return.ts'
import { Drops } from './drops.ts'
import { Files } from './files.ts'
import { History } from './history.ts'
import { InboxBatches } from './inbox-batches.ts'
import { Intake } from './intake.ts'
import { ItemDrives } from './item-drives.ts'
import type { ClientOptions } from './options.ts'
import { ParkedDrives } from './parked-drives.ts'
import { QueueCommands } from './queue-commands.ts'
import { Removals } from './removals.ts'
import { Restart } from './restart.ts'
import { SecondLook } from './second-look.ts'
import { ClientSettings } from './settings.ts'

const defaultReviewPatienceMs = 3_000
const defaultPageReturnMs = 45_000

/** Everything that a running client is made of. */
export type Parts = ReturnType<typeof buildParts>

/** Opens journal and settings and builds the rest upon them; nothing runs yet. */
export function buildParts(options: ClientOptions) {
  const problems = openProblems(options)
  const stores = openStores(options, problems.report)
  const { list, journal, settings, inbox } = stores
  const tools = openTools(options)
  const isReceiving = (batchId: string) => inboxes.isOpen(batchId)
  const drives = new Drives(options.volumes ?? systemVolumes(options.stateDir))
  const itemDrives = new ItemDrives(list, drives)
  const waits = () => parkedDrives
  const sending = connectQueue(options, { ...stores, tools, problems, isReceiving, itemDrives, waits })
  const { queue, connections } = sending
  const drops = new Drops({
    list,
    journal,
    drives: itemDrives,
    limits: () => ({
      maxFileSize: settings.current.maxFileSize,
      skipRules: bothRules(settings.current.skipRules, options.skipRules ?? noSkipRules),
    }),
    onCutShort: (batchId, error) => parkedDrives.addUnread(batchId, error),
    onItems: () => queue.pump(),
    onAddedAgain: (items) => queue.retry(items),
    onProblem: problems.report,
  })
  const parkedDrives: ParkedDrives = parkDrives(options, {
    ...{ list, drives, itemDrives, drops, hashPool: tools.hashPool, problems },
    ...sending,
  })
  const returnMs = options.pageReturnMs ?? defaultPageReturnMs
  const inboxes = new InboxBatches({ drops, inbox, list, returnMs })
  const secondLook = new SecondLook({
    list,
    drives: itemDrives,
    isReceiving,
    onChanged: () => queue.pump(),
    onChecked: (batchId) => history.onChecked(batchId),
    onProblem: problems.report,
  })
  const history: History = openHistory(options, { ...stores, connections, problems, isReceiving, secondLook })
  const removals = new Removals((items) => {
    for (const { staged, sourcePath } of items) if (staged) inbox.release(sourcePath)
  })
  const { preset, reviewPatienceMs: patienceMs = defaultReviewPatienceMs } = options
  const intake = new Intake({ list, drops, drives, itemDrives, inboxes, settings, preset, patienceMs })
  const commands = new QueueCommands({ ...stores, ...sending, drops, history, removals })
  const files = new Files({ list, thumbnails: tools.thumbnails, connections })
  const { stillPatienceMs = Number.POSITIVE_INFINITY } = options
  const stillPatience = new StillPatience(list, stillPatienceMs, (items) => queue.giveUpMoving(items))
  const watching = { secondLook, stillPatience, itemDrives, parkedDrives }
  const running = { drops, inboxes, history, removals, intake, commands, files, ...watching }
  return { ...stores, ...sending, ...running, problems, tools }
}

/** Problems that belong to no file: each is logged once and shown until the app ends. */
function openProblems({ log }: Pick<ClientOptions, 'log'>) {
  const notices: ErrorInfo[] = []
  const report = (thrown: unknown) => {
    const { info } = toUploadError(thrown)
    if (notices.some(({ message }) => message === info.message)) return
    log(info.message)
    notices.push(info)
  }
  return { notices, report }
}

/** What is on disk: journal, settings, history and copies, without what a crash left behind. */
function openStores(options: ClientOptions, report: (thrown: unknown) => void) {
  const settingsStore = new SettingsStore(options)
  const journal = new Journal({ ...options, onWriteError: report })
  const historyStore = new HistoryStore(options)
  for (const problem of [settingsStore.problem, historyStore.problem, ...journal.problems]) {
    if (problem) report(problem)
  }
  const list = new ItemList(journal)
  removeUnconfirmed(list)
  const items = list.select({ all: true })
  const restart = new Restart({ items, memory: new RestartMemory(options), onProblem: report })
  requeueInterrupted(list)
  const inbox = new Inbox(options.stateDir)
  const needed = list.where(({ staged, state }) => staged && state.status !== 'done')
  inbox.sweep(new Set(needed.map(({ sourcePath }) => sourcePath)))
  const payloads = new PayloadStore(options.stateDir)
  payloads.sweep(list.select({ all: true }))
  const { bundled, resolveProxy } = options
  const settings = new ClientSettings(settingsStore, bundled?.libraryDir ?? null, resolveProxy)
  const chunkLimits = new ChunkLimits(new ChunkLimitStore(options), report)
  return { settings, journal, historyStore, list, restart, inbox, payloads, chunkLimits }
}

/** A drop that the person had not confirmed when the app ended is not started behind their back. */
function removeUnconfirmed(list: ItemList): void {
  for (const batchId of [...list.batchIds()]) if (list.batch(batchId)?.unconfirmed) list.removeBatch(batchId)
}

/** Active items of the run before are queued again; the server will say what it already holds. */
function requeueInterrupted(list: ItemList): void {
  const waitsForDrive = ({ state, batchId, sourcePath }: UploadItem) =>
    isParked(state) && rootFor(list.batch(batchId)?.drives ?? [], sourcePath) !== undefined
  const interrupted = list.where(
    (item) => isActive(item.state.status) || (item.state.status === 'waiting' && !waitsForDrive(item)),
  )
  list.put(interrupted.map((item) => transition(item, { status: 'queued' })))
}

/** Threads and processes that do the heavy work. */
function openTools(options: ClientOptions) {
  const { hashWorker, imageWorker, thumbnailWorker, stateDir } = options
  return {
    lookUpFileSystem: options.lookUpFileSystem ?? lookUpFileSystem,
    hashPool: createHashPool(hashWorker),
    imagePool: new ImagePool(imageWorker),
    thumbnails: new Thumbnails({ program: { ...imageWorker, entry: thumbnailWorker }, stateDir }),
  }
}

type Stores = ReturnType<typeof openStores>

interface Base extends Stores {
  readonly tools: ReturnType<typeof openTools>
  readonly problems: ReturnType<typeof openProblems>
  /** Whether files of a batch are still to come from a page. */
  readonly isReceiving: (batchId: string) => boolean
  readonly itemDrives: ItemDrives
  /** Files that wait for their drives. */
  readonly waits: () => Pick<ParkedDrives, 'waits' | 'namesFor'>
}

/** The queue with all that it depends on and all that follows it: connections, bandwidth, traffic, the feed. */
function connectQueue(options: ClientOptions, base: Base) {
  const { settings, list, journal, problems } = base
  const speeds = new Speeds()
  const throttle = new Throttle()
  const clock = new AwakeClock()
  const traffic = new Traffic((itemId, bytes) => {
    const item = list.get(itemId)
    // A file that was removed from the list while its last bytes were in flight has no speed any more.
    if (item) speeds.record(itemId, bytes)
  })
  const connections: Connections = new Connections({
    options,
    settings: () => settings.current,
    list,
    clock,
    throttle,
    chunkLimits: base.chunkLimits,
    onReady: (connection) => queue.onConnectionReady(connection),
    onMove: (connection) => queue.restartOn(connection),
    onGiveUp: (connection, error) => queue.giveUp(connection, error),
    onChange: () => feed.overviewChanged(),
  })
  const queue: UploadQueue = new UploadQueue({
    list,
    connectionOf: (batchId) => connections.of(batchId),
    tools: { ...base.tools, payloads: base.payloads, drives: base.itemDrives },
    limits: () => {
      const { stillSeconds } = { ...settings.current, ...stillOverride(options) }
      return { ...bandwidth.atMost(settings.current), stillMs: stillSeconds * 1000 }
    },
    clock,
    patienceMs: options.patience.returnMs,
    traffic,
    onOver: (item) => journal.afterSave(() => deleteCopies(item, base)),
    onProblem: problems.report,
  })
  const onLimit = ({ limit }: BandwidthNow) => {
    throttle.set(limit === 'pause' ? null : limit)
    if (limit === 'pause') queue.hold()
    else queue.pump()
    feed.overviewChanged()
  }
  const bandwidth = new BandwidthSchedule(() => settings.current.bandwidth, onLimit)
  const feed: Feed = openFeed(base, { speeds, traffic, connections, queue, bandwidth })
  settings.onChange(() => feed.settingsChanged())
  followSettings(settings, { connections, queue, bandwidth })
  return { connections, queue, bandwidth, feed }
}

function stillOverride({ stillSeconds }: ClientOptions): { readonly stillSeconds?: number } {
  return stillSeconds === undefined ? {} : { stillSeconds }
}

interface Sending {
  readonly connections: Connections
  readonly queue: UploadQueue
  readonly bandwidth: BandwidthSchedule
}

function followSettings(settings: ClientSettings, { connections, queue, bandwidth }: Sending): void {
  settings.addCheck((after, before) => connections.assertNoneIsNeeded(after, before))
  settings.onChange(() => bandwidth.update())
  settings.onChange((after, before) => connections.follow(after, before))
  settings.onChange(() => queue.pump())
}

type FeedSources = Sending & { readonly speeds: Speeds; readonly traffic: Traffic }

function openFeed(base: Base, sources: FeedSources): Feed {
  const { list, problems, restart, isReceiving, waits } = base
  const settings = () => base.settings.current
  const { connections, queue, bandwidth, speeds, traffic } = sources
  const serverOf = (batchId: string) => connections.serverIdOf(batchId)
  const overview = () =>
    overviewOf({
      list,
      speeds,
      traffic,
      servers: connections.states(),
      serverOf,
      nextTryMs: queue.nextTryMs,
      drives: waits().waits,
      bandwidth: bandwidth.now,
      restart: restart.report,
      notices: problems.notices,
    })
  const awaitedDrives = (batchId: string) => waits().namesFor(batchId)
  return new Feed({ list, speeds, traffic, overview, settings, serverOf, isReceiving, awaitedDrives })
}

interface DriveSources extends Sending, Pick<Base, 'list' | 'itemDrives' | 'problems'> {
  readonly drives: Drives
  readonly drops: Drops
  readonly hashPool: HashPool
  readonly feed: Feed
}

function parkDrives({ patience }: ClientOptions, sources: DriveSources): ParkedDrives {
  const { list, drives, itemDrives, drops, hashPool, queue, feed, problems } = sources
  const isUnderWay = (itemId: string) => queue.isUnderWay(itemId)
  const driveReturn = new DriveReturn({
    ...{ list, drives, itemDrives, hashPool, isUnderWay },
    onReady: (items) => queue.onDriveReady(items),
    onReadable: (batchId) => {
      parkedDrives.removeUnread(batchId)
      drops.resume(batchId)
    },
  })
  const parkedDrives: ParkedDrives = new ParkedDrives({
    ...{ list, itemDrives, isUnderWay, driveReturn },
    patienceMs: patience.returnMs,
    onChange: () => feed.overviewChanged(),
    onProblem: problems.report,
  })
  return parkedDrives
}

type HistorySources = Pick<Base, 'list' | 'historyStore' | 'problems' | 'isReceiving'> &
  Pick<Sending, 'connections'> & { readonly secondLook: SecondLook }

function openHistory({ onBatchFinished }: ClientOptions, sources: HistorySources): History {
  const { list, historyStore, connections, problems, isReceiving, secondLook } = sources
  return new History({
    list,
    store: historyStore,
    serverOf: (batchId) => {
      const { name, url } = connections.state(connections.serverIdOf(batchId))
      return { name, url }
    },
    isReceiving,
    secondLook,
    onFinished: (entry) => onBatchFinished?.(entry),
    onProblem: problems.report,
  })
}

/**
 * Deletes the copies that were kept for a file, unless it is being sent again by now. Not before the file's end is on
 * disk: after a crash in between, the copies would be gone and the file still to be sent.
 */
function deleteCopies({ id, preset, staged, sourcePath }: UploadItem, { list, inbox, payloads }: Base): void {
  const status = list.get(id)?.state.status ?? 'canceled'
  if (!isOver(status)) return
  if (preset !== null) payloads.release(id)
  if (staged && status === 'done') inbox.release(sourcePath)
}
