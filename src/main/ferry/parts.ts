/** Builds the client's parts and ties their events together; the only place that knows all of them. */
import { type ErrorInfo, toUploadError, UploadError } from '../../shared/errors.ts'

import { isActive, transition, type UploadItem } from '../../shared/upload.ts'
import { Feed } from '../feed/feed.ts'
import { type OverviewSources, overviewOf } from '../feed/overview.ts'
import { Speeds } from '../feed/speeds.ts'
import { StagingArea } from '../intake/staging-area.ts'
import { Journal } from '../journal/journal.ts'
import { SettingsStore } from '../journal/settings-store.ts'
import { PayloadArea } from '../pipeline/payload-area.ts'
import type { StageTools } from '../pipeline/stage.ts'
import { Drops } from '../queue/drops.ts'
import { ItemList } from '../queue/item-list.ts'
import { Traffic } from '../queue/traffic.ts'
import { UploadQueue } from '../queue/upload-queue.ts'
import { Thumbnails } from '../thumbnails/thumbnails.ts'
import { createHashPool } from '../workers/hash-pool.ts'
import { ImagePool } from '../workers/image-pool.ts'
import type { FerryOptions } from './options.ts'
import { Removals } from './removals.ts'
import { Servers } from './servers.ts'

export interface FerryParts {
  readonly settings: SettingsStore
  readonly journal: Journal
  readonly list: ItemList
  readonly staging: StagingArea
  readonly tools: StageTools
  readonly thumbnails: Thumbnails
  readonly servers: Servers
  readonly queue: UploadQueue
  readonly drops: Drops
  readonly feed: Feed
  /** Ids of staged batches that are still being filled. */
  readonly openBatches: Set<string>
  readonly notices: ErrorInfo[]
  readonly removals: Removals
}

/** Opens journal and settings and builds the rest upon them; nothing runs yet. */
export function buildParts(options: FerryOptions): FerryParts {
  const notices: ErrorInfo[] = []
  const note = (thrown: unknown) => {
    const { info } = toUploadError(thrown)
    options.log(info.message)
    if (notices.every(({ message }) => message !== info.message)) notices.push(info)
  }
  const settings = new SettingsStore(options)
  const journal = new Journal({ ...options, onWriteError: (thrown) => note(unwritten(thrown)) })
  for (const problem of [settings.problem, ...journal.problems]) if (problem) note(problem)
  const list = new ItemList(journal)
  requeueInterrupted(list)
  const staging = new StagingArea(options.stateDir)
  const needed = list.where(({ staged, state }) => staged && state.status !== 'done')
  staging.sweep(new Set(needed.map(({ sourcePath }) => sourcePath)))
  const tools = {
    hashPool: createHashPool(options.hashWorker),
    imagePool: new ImagePool(options.imageWorker),
    payloads: new PayloadArea(options.stateDir),
  }
  tools.payloads.sweep(list.select({ all: true }))
  const openBatches = new Set<string>()
  const thumbnails = new Thumbnails({
    program: { ...options.imageWorker, entry: options.thumbnailWorker },
    stateDir: options.stateDir,
  })
  const removals = new Removals((items) => {
    for (const { staged, sourcePath } of items) if (staged) staging.release(sourcePath)
  })
  const base = { settings, journal, list, staging, tools, openBatches, notices }
  return { ...base, thumbnails, removals, ...connectParts({ ...base, options, note }) }
}

type Foundation = Pick<
  FerryParts,
  'settings' | 'journal' | 'list' | 'staging' | 'tools' | 'openBatches' | 'notices'
> & { readonly options: FerryOptions; readonly note: (thrown: unknown) => void }

function connectParts(base: Foundation): Pick<FerryParts, 'servers' | 'queue' | 'drops' | 'feed'> {
  const { options, settings, journal, list, tools, note } = base
  const speeds = new Speeds()
  const traffic = new Traffic((itemId, bytes) => {
    const batchId = list.get(itemId)?.batchId
    if (batchId !== undefined) servers.linkOf(batchId).answered()
    speeds.record(itemId, bytes)
  })
  const servers: Servers = new Servers({
    options,
    settings: () => settings.settings,
    list,
    onReady: (link) => queue.serverReturned(link),
    onLeave: (link) => queue.leaveServer(link),
    onGiveUp: (link, error) => queue.giveUp(link, error),
    onChange: () => feed.touchOverview(),
  })
  const queue: UploadQueue = new UploadQueue({
    list,
    linkOf: (batchId) => servers.linkOf(batchId),
    tools,
    limits: () => settings.settings,
    traffic,
    // Not before its end is on disk: after a crash in between the copies would be gone and the file still to be sent.
    onOver: (item) => journal.afterFlush(() => letGo(item, base)),
    onProblem: note,
  })
  const drops = new Drops({
    list,
    journal,
    maxFileSize: () => settings.settings.maxFileSize,
    onItems: () => queue.pump(),
    onKnown: (items) => queue.retry(items),
    onProblem: note,
  })
  const feed: Feed = buildFeed(base, { speeds, traffic, servers, queue })
  return { servers, queue, drops, feed }
}

type Watched = Pick<FerryParts, 'servers' | 'queue'> & { readonly speeds: Speeds; readonly traffic: Traffic }

function buildFeed({ list, notices, openBatches }: Foundation, watched: Watched): Feed {
  const { servers, queue, speeds, traffic } = watched
  const serverOf = (batchId: string) => servers.idOf(batchId)
  const sources: OverviewSources = {
    list,
    speeds,
    traffic,
    servers: () => servers.states(),
    serverOf,
    nextTryMs: () => queue.nextTryMs,
    bandwidth: () => ({ limit: null, untilMs: null }),
    restart: () => null,
    notices,
  }
  const isOpen = (batchId: string) => openBatches.has(batchId)
  return new Feed({ list, speeds, traffic, overview: () => overviewOf(sources), serverOf, isOpen })
}

/** Active items of the run before are queued again; the server will say what it already holds. */
function requeueInterrupted(list: ItemList): void {
  const interrupted = list.where(({ state }) => isActive(state.status) || state.status === 'waiting')
  list.put(interrupted.map((item) => transition(item, { status: 'queued' })))
}

/** Deletes the copies that were kept for a file, unless it was sent on its way again meanwhile. */
function letGo({ id, preset, staged, sourcePath }: UploadItem, { list, staging, tools }: Foundation): void {
  const status = list.get(id)?.state.status ?? 'canceled'
  if (status !== 'done' && status !== 'canceled') return
  if (preset !== null) tools.payloads.release(id)
  if (staged && status === 'done') staging.release(sourcePath)
}

function unwritten(cause: unknown): UploadError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new UploadError(
    'disk-full',
    `The queue could not be written to disk (${reason}). Make room: what happens now would be forgotten at a restart.`,
    { cause, facts: { kind: 'queue-unwritten', reason } },
  )
}
