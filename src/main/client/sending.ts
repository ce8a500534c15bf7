/** Builds the queue with all that it depends on and all that follows it: connections, bandwidth, traffic, the feed. */
import type { BandwidthNow } from '../../shared/bandwidth.ts'
import type { Overview } from '../../shared/feed.ts'
import { isOver, type UploadItem } from '../../shared/upload.ts'
import { Feed } from '../feed/feed.ts'
import { overviewOf } from '../feed/overview.ts'
import { Speeds } from '../feed/speeds.ts'
import { createHashPool } from '../hashing/hash-pool.ts'
import { ImagePool } from '../images/convert/image-pool.ts'
import { Thumbnails } from '../images/thumbnails/thumbnails.ts'
import { lookUpFileSystem } from '../intake/file-system.ts'
import { AwakeClock } from '../queue/awake-clock.ts'
import { BandwidthSchedule } from '../queue/bandwidth-schedule.ts'
import { Traffic } from '../queue/traffic.ts'
import { UploadQueue } from '../queue/upload-queue.ts'
import { Throttle } from '../transfer/throttle.ts'
import { Connections } from './connections.ts'
import type { ItemDrives } from './item-drives.ts'
import type { ClientOptions } from './options.ts'
import type { ParkedDrives } from './parked-drives.ts'
import { Placing } from './placing.ts'
import type { Previews } from './previews.ts'
import type { ClientSettings } from './settings.ts'
import type { openProblems, openStores } from './stores.ts'
import type { WatchedFolders } from './watched-folders.ts'

/** Threads and processes that do the heavy work. */
export function openTools(options: ClientOptions) {
  const { hashWorker, imageWorker, thumbnailWorker, stateDir } = options
  return {
    lookUpFileSystem: options.lookUpFileSystem ?? lookUpFileSystem,
    hashPool: createHashPool(hashWorker),
    imagePool: new ImagePool(imageWorker),
    thumbnails: new Thumbnails({ program: { ...imageWorker, entry: thumbnailWorker }, stateDir }),
  }
}

type Stores = ReturnType<typeof openStores>

export interface Base extends Stores {
  readonly tools: ReturnType<typeof openTools>
  readonly problems: ReturnType<typeof openProblems>
  /** Whether files of a batch are still to come from a page. */
  readonly isReceiving: (batchId: string) => boolean
  /** Whether folders are being read. */
  readonly isReading: () => boolean
  readonly itemDrives: ItemDrives
  /** Files that wait for their drives. */
  readonly waits: () => Pick<ParkedDrives, 'waits' | 'namesFor'>
  readonly cards: () => Overview['cards']
  readonly watched: () => Pick<WatchedFolders, 'rows'>
  readonly previews: () => Pick<Previews, 'isHeld'>
}

/** Nothing runs yet. */
export function connectQueue(options: ClientOptions, base: Base) {
  const { settings, list, journal, problems, chunkLimits, reachedBefore } = base
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
    ...{ list, clock, throttle, chunkLimits, reachedBefore },
    onReady: (connection) => queue.onConnectionReady(connection),
    onMove: (connection) => queue.restartOn(connection),
    onGiveUp: (connection, error) => queue.giveUp(connection, error),
    onChange: () => feed.overviewChanged(),
  })
  const placing = placingOf(base)
  const queue: UploadQueue = new UploadQueue({
    list,
    connectionOf: (batchId) => connections.of(batchId),
    tools: { ...base.tools, payloads: base.payloads, drives: base.itemDrives, placer: placing },
    limits: () => {
      const { stillSeconds } = { ...settings.current, ...stillOverride(options) }
      return { ...bandwidth.atMost(settings.current), stillMs: stillSeconds * 1000 }
    },
    clock,
    patienceMs: options.patience.returnMs,
    traffic,
    isHeld: (batchId) => base.previews().isHeld(batchId),
    isReading: () => base.isReading(),
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
  return { connections, queue, bandwidth, feed, clock, placing }
}

function placingOf({ list, tools: { thumbnails } }: Base): Placing {
  return new Placing({ list, facts: (source) => thumbnails.facts(source) })
}

function stillOverride({ stillSeconds }: ClientOptions): { readonly stillSeconds?: number } {
  return stillSeconds === undefined ? {} : { stillSeconds }
}

export interface Sending {
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
      isReceiving,
      nextTryMs: queue.nextTryMs,
      drives: waits().waits,
      bandwidth: bandwidth.now,
      restart: restart.report,
      notices: problems.notices,
      cards: base.cards(),
      watched: base.watched().rows,
    })
  const awaitedDrives = (batchId: string) => waits().namesFor(batchId)
  const feed = new Feed({ list, speeds, traffic, overview, settings, serverOf, isReceiving, awaitedDrives })
  // Nothing else may happen that would show it: a full disk stops the very changes.
  problems.follow(() => feed.overviewChanged())
  return feed
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
