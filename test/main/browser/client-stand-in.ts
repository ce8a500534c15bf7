/** A client in memory, at the seam of the `Client` interface: records what bridges ask of it and stages real files. */
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Client, InboxBatch } from '../../../src/main/client/client.ts'
import { type NeverArrived, noneRemoved } from '../../../src/shared/batch.ts'
import type { ItemDetails } from '../../../src/shared/details.ts'
import type { FeedEvent, Overview, ServerState } from '../../../src/shared/feed.ts'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { defaultSettings } from '../../../src/shared/settings.ts'
import { uploadStatuses } from '../../../src/shared/upload.ts'

interface StagedFile {
  readonly relativePath: string
  readonly sourcePath: string
}

interface StagedDrop {
  name: string
  folder: string
  files: StagedFile[]
  closed: boolean
  missing: NeverArrived | null
}

export interface ClientStandIn extends Client {
  readonly addedPaths: string[][]
  readonly paused: unknown[]
  readonly staged: Map<string, StagedDrop>
  /** Sent to every subscriber. */
  announce(event: FeedEvent): void
  readonly subscribers: Set<(event: FeedEvent) => void>
  readonly watchers: Set<(overview: Overview) => void>
  /** What the queue is at this moment. */
  now: Overview
  stopped: boolean
  /** Set to make the next staged file's `add` fail. */
  failAdd: UploadError | null
}

const zeroCounts = Object.fromEntries(uploadStatuses.map((status) => [status, 0])) as Record<
  (typeof uploadStatuses)[number],
  number
>

const bundled: ServerState = {
  id: 'bundled',
  name: '',
  url: null,
  bundled: true,
  reachability: 'unknown',
  trouble: null,
}

const detailsOfOne: ItemDetails = {
  id: 'item-1',
  batchId: 'batch-1',
  sourcePath: '',
  staged: false,
  relativePath: 'one.jpg',
  originalSize: 3,
  mtimeMs: 0,
  preset: null,
  note: null,
  isCopy: false,
  size: 3,
  md5: null,
  sha256: null,
  confirmed: null,
  taskId: null,
  server: { id: 'bundled', name: '', url: null },
  state: { status: 'queued' },
  acknowledgedBytes: 0,
  sentBytes: 0,
  attempts: 0,
  failedAttempts: [],
  addedAtMs: null,
  startedAtMs: null,
}

export function feedEvent(change: Partial<FeedEvent> = {}): FeedEvent {
  return {
    reset: false,
    items: [],
    removedItemIds: [],
    batches: [],
    removedBatchIds: [],
    speedSamples: [],
    more: false,
    overview: {
      totals: {
        files: 0,
        counts: zeroCounts,
        copies: 0,
        removed: noneRemoved,
        neverArrived: 0,
        bytesTotal: 0,
        bytesAcknowledged: 0,
        bytesVerified: 0,
        bytesSaved: 0,
      },
      bytesPerSecond: null,
      timeLeft: null,
      bytesInFlight: 0,
      scanning: false,
      checking: false,
      stalls: [],
      server: bundled,
      servers: [bundled],
      bandwidth: { limit: null, untilMs: null },
      restart: null,
      notices: [],
      cards: [],
      watched: [],
    },
    ...change,
  }
}

/** @param stagingDir absolute path below which drops get their folders */
export function createClientStandIn(stagingDir: string): ClientStandIn {
  const nothing = async () => undefined
  const unknown = (id: string) => new UploadError('not-found', `There is no file ${id}.`)
  const client: ClientStandIn = {
    addedPaths: [],
    paused: [],
    staged: new Map(),
    subscribers: new Set(),
    watchers: new Set(),
    now: feedEvent().overview,
    stopped: false,
    failAdd: null,
    announce: (event) => {
      for (const listener of client.subscribers) listener(event)
    },
    intake: {
      isArriving: false,
      isAwaited: false,
      addPaths: async (paths) => [`batch-${client.addedPaths.push([...paths])}`],
      openInbox: (name, earlierId) => openInbox(client, stagingDir, name, earlierId),
      add: async (paths) => ({ batchIds: await client.intake.addPaths(paths), surveyId: null }),
      survey: (surveyId) => {
        throw unknown(surveyId)
      },
      confirm: async () => [],
      discard: () => undefined,
      close: () => undefined,
      planFor: () => ({ preset: null, serverId: null }),
    },
    drives: { checkNow: nothing, missed: [] },
    queue: {
      pause: async (target) => void client.paused.push(target),
      resume: nothing,
      cancel: async () => ({}),
      retry: nothing,
      moveToTop: nothing,
      removeFinished: async () => ({ removed: 3, undoId: 'undo-1' }),
      remove: async () => ({ removed: 3, undoId: 'undo-1' }),
      undo: async () => 3,
      reorderBatches: nothing,
      setBatchServer: nothing,
      dismissMissing: nothing,
      setBatchPreset: async () => ({ following: 0, keeping: 0 }),
    },
    files: {
      thumbnail: async () => null,
      photo: async () => null,
      links: () => [],
      unreadPaths: () => [],
      forReceipt: async () => ({ stored: [], changed: [], unstored: [] }),
      details: (itemId) => {
        if (itemId !== 'item-1') throw unknown(itemId)
        return { ...detailsOfOne, sourcePath: join(stagingDir, 'one.jpg') }
      },
      linkTo: (itemId) => {
        if (itemId === 'item-1') return 'http://127.0.0.1:5999/uploads/one.jpg?signature=x'
        if (itemId === 'item-evil') return 'https://elsewhere.example/uploads/one.jpg'
        throw unknown(itemId)
      },
    },
    restart: { items: () => [], dismiss: () => undefined },
    history: {
      entries: () => [],
      certificates: async () => [],
      entry: () => null,
      remove: nothing,
      receipt: async () => ({ fileName: 'receipt.csv', parts: ['a ', 'receipt'] }),
    },
    batchLinks: { make: async () => ({ url: 'http://127.0.0.1:5999/s/secret/', path: 'Day' }) },
    settings: settingsStandIn(),
    watchedFolders: { rows: [], watch: nothing, add: nothing, change: nothing, remove: nothing },
    destinations: { set: nothing, preview: async () => ({ problem: null, names: [] }) },
    cards: { rows: [], upload: nothing, check: nothing, dismiss: nothing, eject: nothing },
    serverAnswers: { answer: async () => defaultSettings },
    feed: {
      subscribe: (listener) => {
        client.subscribers.add(listener)
        listener(feedEvent({ reset: true }))
        return () => client.subscribers.delete(listener)
      },
      watch: (listener) => {
        client.watchers.add(listener)
        return () => client.watchers.delete(listener)
      },
      overview: () => client.now,
    },
    wake: nothing,
    whenIdle: nothing,
    stop: async () => {
      client.stopped = true
    },
  }
  return client
}

/** Settings in memory. */
function settingsStandIn(): Client['settings'] {
  return {
    defaultLibraryDir: '/library',
    get current() {
      return defaultSettings
    },
    change: async (patch) => ({ ...defaultSettings, ...patch }),
    changeServer: async () => defaultSettings,
    savePreset: async () => ({ id: 'own-1', settings: defaultSettings }),
    removePreset: async () => defaultSettings,
    setWatched: async () => undefined,
    importFile: async () => defaultSettings,
    checkServer: async () => ({ ok: true, message: 'There it is.' }),
    presetFor: () => null,
    addCheck: () => undefined,
    onChange: () => undefined,
  }
}

async function openInbox(
  client: ClientStandIn,
  stagingDir: string,
  name: string,
  earlierId = '',
): Promise<InboxBatch> {
  const earlier = client.staged.get(earlierId)
  const batchId = earlier === undefined ? `staged-${client.staged.size + 1}` : earlierId
  const folder = join(stagingDir, batchId)
  await mkdir(folder, { recursive: true })
  const kept: StagedDrop = earlier ?? { name, folder, files: [], closed: false, missing: null }
  kept.closed = false
  client.staged.set(batchId, kept)
  const sizes = kept.files.map(
    async (file) => [file.relativePath, (await stat(file.sourcePath)).size] as const,
  )
  return {
    batchId,
    folder,
    received: new Map(await Promise.all(sizes)),
    nameCopy: () => undefined,
    add: async (relativePath, sourcePath, onListed) => {
      if (client.failAdd !== null) throw client.failAdd
      kept.files.push({ relativePath, sourcePath })
      onListed?.()
      // As the journal does, which writes for several at once.
      await delay(20)
    },
    close: async (missing = null) => {
      kept.closed = true
      kept.missing = missing
    },
    skip: async () => undefined,
    suspend: async () => {
      kept.closed = true
    },
  }
}
