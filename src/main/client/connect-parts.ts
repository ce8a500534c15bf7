/** Ties the running parts of the client together by their events; the only place where all of them meet. */
import type { ErrorInfo } from '../../shared/protocol/errors.ts'
import type { UploadItem } from '../../shared/upload.ts'
import { Feed } from '../feed/feed.ts'
import { type OverviewSources, overviewOf } from '../feed/overview.ts'
import { Speeds } from '../feed/speeds.ts'
import type { StagingArea } from '../intake/staging-area.ts'
import type { HistoryStore } from '../journal/history-store.ts'
import type { Journal } from '../journal/journal.ts'
import type { SettingsStore } from '../journal/settings-store.ts'
import type { StageTools } from '../pipeline/stage.ts'
import { BandwidthClock } from '../queue/bandwidth-clock.ts'
import { Drops } from '../queue/drops.ts'
import type { ItemList } from '../queue/item-list.ts'
import { Traffic } from '../queue/traffic.ts'
import { UploadQueue } from '../queue/upload-queue.ts'
import { Throttle } from '../transfer/throttle.ts'
import { HistoryKeeper } from './history-keeper.ts'
import type { ClientOptions } from './options.ts'
import type { RestartCheck } from './restart-check.ts'
import { Servers } from './servers.ts'

/** What is there before anything runs. */
export interface Foundation {
  readonly settings: SettingsStore
  readonly journal: Journal
  readonly list: ItemList
  readonly staging: StagingArea
  readonly tools: StageTools
  /** Ids of staged batches that are still being filled. */
  readonly openBatches: Set<string>
  readonly notices: ErrorInfo[]
  readonly history: HistoryStore
  readonly restart: RestartCheck
  readonly options: ClientOptions
  /** Takes up what is no item's story. */
  readonly note: (thrown: unknown) => void
}

/** What runs upon it. */
export interface Running {
  readonly servers: Servers
  readonly queue: UploadQueue
  readonly drops: Drops
  readonly feed: Feed
  readonly bandwidth: BandwidthClock
  readonly historyKeeper: HistoryKeeper
}

export function connectParts(base: Foundation): Running {
  const { options, settings, journal, list, tools, note } = base
  const speeds = new Speeds()
  const traffic = new Traffic((itemId, bytes) => {
    const batchId = list.get(itemId)?.batchId
    // What was taken off the list while its last bytes were answered for has no speed any more.
    if (batchId === undefined) return
    servers.linkOf(batchId).answered()
    speeds.record(itemId, bytes)
  })
  const throttle = new Throttle()
  const servers: Servers = new Servers({
    options,
    settings: () => settings.settings,
    list,
    throttle,
    onReady: (link) => queue.serverReturned(link),
    onLeave: (link) => queue.leaveServer(link),
    onGiveUp: (link, error) => queue.giveUp(link, error),
    onChange: () => feed.touchOverview(),
  })
  const queue: UploadQueue = new UploadQueue({
    list,
    linkOf: (batchId) => servers.linkOf(batchId),
    tools,
    limits: () => bandwidth.atMost(settings.settings),
    traffic,
    // Not before its end is on disk: after a crash in between the copies would be gone and the file still to be sent.
    onOver: (item) => journal.afterFlush(() => letGo(item, base)),
    onProblem: note,
  })
  const bandwidth = new BandwidthClock(
    () => settings.settings.bandwidth,
    ({ limit }) => {
      throttle.set(limit === 'pause' ? null : limit)
      if (limit === 'pause') queue.hold()
      else queue.pump()
      feed.touchOverview()
    },
  )
  const feed: Feed = buildFeed(base, { speeds, traffic, servers, queue, bandwidth })
  const historyKeeper = buildHistoryKeeper(base, servers)
  return { servers, queue, drops: buildDrops(base, queue), feed, bandwidth, historyKeeper }
}

function buildHistoryKeeper({ list, history, openBatches, options, note }: Foundation, servers: Servers) {
  return new HistoryKeeper({
    list,
    store: history,
    serverOf: (batchId) => {
      const { name, url } = servers.state(servers.idOf(batchId))
      return { name, url }
    },
    isOpen: (batchId) => openBatches.has(batchId),
    onFinished: (entry) => options.onBatchFinished?.(entry),
    onProblem: note,
  })
}

function buildDrops({ list, journal, settings, note }: Foundation, queue: UploadQueue): Drops {
  return new Drops({
    list,
    journal,
    maxFileSize: () => settings.settings.maxFileSize,
    skipRules: () => settings.settings.skipRules,
    onItems: () => queue.pump(),
    onKnown: (items) => queue.retry(items),
    onProblem: note,
  })
}

type Watched = Pick<Running, 'servers' | 'queue' | 'bandwidth'> & {
  readonly speeds: Speeds
  readonly traffic: Traffic
}

function buildFeed({ list, notices, openBatches, restart }: Foundation, watched: Watched): Feed {
  const { servers, queue, bandwidth, speeds, traffic } = watched
  const serverOf = (batchId: string) => servers.idOf(batchId)
  const sources: OverviewSources = {
    list,
    speeds,
    traffic,
    servers: () => servers.states(),
    serverOf,
    nextTryMs: () => queue.nextTryMs,
    bandwidth: () => bandwidth.now,
    restart: () => restart.report,
    notices,
  }
  const isOpen = (batchId: string) => openBatches.has(batchId)
  return new Feed({ list, speeds, traffic, overview: () => overviewOf(sources), serverOf, isOpen })
}

/** Deletes the copies that were kept for a file, unless it was sent on its way again meanwhile. */
function letGo({ id, preset, staged, sourcePath }: UploadItem, { list, staging, tools }: Foundation): void {
  const status = list.get(id)?.state.status ?? 'canceled'
  if (status !== 'done' && status !== 'canceled') return
  if (preset !== null) tools.payloads.release(id)
  if (staged && status === 'done') staging.release(sourcePath)
}
