/** Opens what is configured, without a network: the store, the ledger, and what works on both. */
import type { Config } from './config/config.ts'
import type { Ledger } from './ledger/ledger.ts'
import { type LedgerSurroundings, openLedger } from './ledger/open-ledger.ts'
import type { Log } from './monitoring/log.ts'
import { Metrics } from './monitoring/metrics.ts'
import { openStore } from './storage/open-store.ts'
import type { Store } from './storage/store.ts'
import { createUploads, type Uploads } from './uploads/context.ts'
import { unlessLocked } from './uploads/coordination/locks.ts'
import { Libraries } from './uploads/library.ts'
import { Scrub, type ScrubPace } from './uploads/scrub/scrub.ts'
import { Outbox } from './webhooks/outbox.ts'
import { secretsOf } from './webhooks/webhook.ts'

const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs
const megabyte = 1_000_000
/** A server that has just started serves its clients first, ms. */
const scrubAfterMs = 5 * 60 * 1000

export interface OpenLibrary {
  readonly uploads: Uploads
  readonly metrics: Metrics
  /** Its timer is not started. */
  readonly scrub: Scrub
  /** Of the webhook, not started; undefined where there is none. */
  readonly outbox: Outbox | undefined
  /** Ends the scrub, and closes the ledger and the store. */
  close(): Promise<void>
}

/** What tests may replace. */
export interface LibraryParts {
  readonly openStore?: (config: Config) => Promise<Store>
  readonly openLedger?: (config: Config, surroundings: LedgerSurroundings) => Promise<Ledger>
  readonly now?: () => number
  /** How long a request waits for a verification or for another request, ms. */
  readonly waitMs?: number
  /** How long after its start the timer of the scrub begins, ms. */
  readonly scrubAfterMs?: number
  /** How long an attempt of the webhook may take, and the pause after the first that failed, ms. */
  readonly webhookMs?: { readonly attempt: number; readonly pause: number }
}

/** @throws UploadError, or the system's error when the data folder cannot be used */
export async function openLibrary(config: Config, log: Log, parts: LibraryParts = {}): Promise<OpenLibrary> {
  const store = await (parts.openStore ?? storeOf)(config)
  const ledger = await ledgerFor(config, store, log, parts)
  const libraries = new Libraries(config.TOKENS)
  const metrics = new Metrics(store, ledger)
  const uploads: Uploads = createUploads({
    store,
    ledger,
    log,
    limits: limitsOf(config, parts),
    libraries,
    now: parts.now ?? Date.now,
    onJobEnd: (end) => metrics.verified(end),
    onScrubbed: (file) => metrics.scrubbed(file),
    ...(config.WEBHOOK_URL !== undefined && { onBatchComplete: () => outbox?.wake() }),
  })
  const outbox = openOutbox(config, uploads, parts)
  const scrub = new Scrub(uploads, paceOf(config, parts))
  const close = async () => {
    await outbox?.close()
    await scrub.close()
    await ledger.close()
    await store.close()
  }
  return { uploads, metrics, scrub, outbox, close }
}

/** @returns undefined where nobody is to be told of batches @throws UploadError `bad-request` for a secret that cannot be used */
function openOutbox(
  config: Config,
  { ledger, log, now, locks }: Uploads,
  parts: LibraryParts,
): Outbox | undefined {
  const { WEBHOOK_URL: url, WEBHOOK_SECRET: secrets, WEBHOOK_SECRET_FILE: file = '' } = config
  if (url === undefined) return undefined
  const source = secrets === undefined ? { file } : { secrets }
  return new Outbox({
    ...{ ledger, log, url, now },
    secrets: () => secretsOf(source),
    alone: async (work) => {
      await unlessLocked(locks.outbox, 'all', work)
    },
    attemptMs: parts.webhookMs?.attempt,
    firstPauseMs: parts.webhookMs?.pause,
  })
}

async function ledgerFor(config: Config, store: Store, log: Log, parts: LibraryParts): Promise<Ledger> {
  const report = (sentence: string) => log.warn({}, sentence)
  try {
    return await (parts.openLedger ?? openLedger)(config, { isShared: store.isShared, report })
  } catch (thrown) {
    await store.close()
    throw thrown
  }
}

function storeOf({ DATA_DIR, FREE_SPACE_RESERVE, STORAGE_URL }: Config): Promise<Store> {
  return openStore({ dataDir: DATA_DIR, freeSpaceReserve: FREE_SPACE_RESERVE, bucket: STORAGE_URL })
}

function limitsOf(config: Config, parts: LibraryParts): Uploads['limits'] {
  return {
    maxFileSize: config.MAX_FILE_SIZE,
    chunkSize: config.CHUNK_SIZE,
    taskExpiryMs: config.TASK_EXPIRY * hourMs,
    maxOpenTasks: config.MAX_OPEN_TASKS,
    trustVerifiedMs: config.REREAD_DAYS * dayMs,
    waitMs: parts.waitMs ?? 5_000,
  }
}

function paceOf(config: Config, parts: LibraryParts): ScrubPace {
  return {
    periodMs: config.SCRUB_DAYS * dayMs,
    bytesPerSecond: config.SCRUB_RATE * megabyte,
    firstAfterMs: parts.scrubAfterMs ?? scrubAfterMs,
  }
}
