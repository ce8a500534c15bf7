/** Builds the client's parts and ties their events together; the only place that knows all of them. */
import { type ErrorInfo, toUploadError, UploadError } from '../../shared/errors.ts'
import type { Overview } from '../../shared/feed.ts'

import { bundledServerId, type ServerAddress } from '../../shared/servers.ts'
import { serverOf } from '../../shared/settings.ts'
import { type Batch, isActive, transition, type UploadItem } from '../../shared/upload.ts'
import { Feed } from '../feed/feed.ts'
import { Speeds } from '../feed/speeds.ts'
import { StagingArea } from '../intake/staging-area.ts'
import { Journal } from '../journal/journal.ts'
import { SettingsStore } from '../journal/settings-store.ts'
import { PayloadArea } from '../pipeline/payload-area.ts'
import type { StageTools } from '../pipeline/stage.ts'
import { Drops } from '../queue/drops.ts'
import { ItemList } from '../queue/item-list.ts'
import { ServerLink } from '../queue/server-link.ts'
import { UploadQueue } from '../queue/upload-queue.ts'
import { Thumbnails } from '../thumbnails/thumbnails.ts'
import { BundledServer } from '../transfer/bundled-server.ts'
import { createHashPool } from '../workers/hash-pool.ts'
import { ImagePool } from '../workers/image-pool.ts'
import type { FerryOptions } from './options.ts'

export interface FerryParts {
  readonly settings: SettingsStore
  readonly journal: Journal
  readonly list: ItemList
  readonly staging: StagingArea
  readonly tools: StageTools
  readonly thumbnails: Thumbnails
  readonly link: ServerLink
  readonly queue: UploadQueue
  readonly drops: Drops
  readonly feed: Feed
  /** Null where another server is used. */
  bundled: BundledServer | null
  /** Ids of staged batches that are still being filled. */
  readonly openBatches: Set<string>
  readonly notices: ErrorInfo[]
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
  const base = { settings, journal, list, staging, tools, openBatches, notices }
  return { ...base, thumbnails, bundled: null, ...connectParts({ ...base, options, note }) }
}

type Foundation = Pick<
  FerryParts,
  'settings' | 'journal' | 'list' | 'staging' | 'tools' | 'openBatches' | 'notices'
> & { readonly options: FerryOptions; readonly note: (thrown: unknown) => void }

function connectParts(base: Foundation): Pick<FerryParts, 'link' | 'queue' | 'drops' | 'feed'> {
  const { options, settings, journal, list, tools, openBatches, notices, note } = base
  const speeds = new Speeds()
  const link: ServerLink = new ServerLink(options.patience, {
    onReady: () => queue.serverReturned(),
    onChange: () => feed.touchOverview(),
    onGiveUp: (error) => queue.giveUp(error),
  })
  const queue: UploadQueue = new UploadQueue({
    list,
    link,
    tools,
    limits: () => settings.settings,
    onAcknowledged: (itemId, bytes) => {
      link.answered()
      speeds.record(itemId, bytes)
    },
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
  const overview = () => describe(list, speeds, link, notices)
  const placeOf = ({ serverId }: Batch) => serverId ?? settings.settings.defaultServerId
  const feed = new Feed({
    list,
    speeds,
    overview,
    serverOf: placeOf,
    isOpen: (batchId) => openBatches.has(batchId),
  })
  return { link, queue, drops, feed }
}

/** Turns to the server that is to be used now: the given one, that of the settings, or the bundled one. */
export function connectServer(parts: FerryParts, options: FerryOptions): void {
  const { link, settings } = parts
  const { defaultServerId } = settings.settings
  const address = options.server ?? serverOf(settings.settings, defaultServerId) ?? null
  if (address) {
    const { id, name } = serverOf(settings.settings, defaultServerId) ?? { id: 'given', name: '' }
    link.connect(address, { id, name })
  } else if (options.bundled) {
    const bundled = { ...options.bundled, onLog: options.log }
    link.connect(null, { id: bundledServerId, name: '' })
    parts.bundled = new BundledServer(bundled, (found) => turnTo(parts, found), options.log)
    parts.bundled.start()
  }
}

function turnTo({ link, queue }: FerryParts, found: ServerAddress | null): void {
  queue.leaveServer()
  link.connect(found, { id: bundledServerId, name: '' })
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

function describe(list: ItemList, speeds: Speeds, link: ServerLink, notices: readonly ErrorInfo[]): Overview {
  // When the last file under way is paused or fails, what was measured just before is no speed any more.
  const bytesPerSecond = list.outlook.activeFiles > 0 ? speeds.overall() : null
  const secondsLeft = bytesPerSecond === null ? null : list.outlook.pendingBytes / bytesPerSecond
  const known = secondsLeft !== null && list.outlook.pendingFiles > 0
  return {
    totals: list.totals(),
    bytesPerSecond,
    timeLeft: known ? { lowSeconds: secondsLeft, highSeconds: secondsLeft } : null,
    bytesInFlight: 0,
    stalls: [],
    server: link.state,
    servers: [link.state],
    bandwidth: { limit: null, untilMs: null },
    restart: null,
    notices: [...notices],
  }
}

function unwritten(cause: unknown): UploadError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new UploadError(
    'disk-full',
    `The queue could not be written to disk (${reason}). Make room: what happens now would be forgotten at a restart.`,
    { cause, facts: { kind: 'queue-unwritten', reason } },
  )
}
