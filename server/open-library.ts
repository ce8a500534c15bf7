/** Opens what is configured, without a network: the store, the ledger, and what works on both. */
import type { Config } from './config/config.ts'
import type { Ledger } from './ledger/ledger.ts'
import { type LedgerSurroundings, openLedger } from './ledger/open-ledger.ts'
import type { Log } from './monitoring/log.ts'
import { Metrics } from './monitoring/metrics.ts'
import { openStore } from './storage/open-store.ts'
import type { Store } from './storage/store.ts'
import { createUploads, type Uploads } from './uploads/context.ts'
import { Libraries } from './uploads/library.ts'
import { Scrub, type ScrubPace } from './uploads/scrub/scrub.ts'

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
}

/** @throws UploadError, or the system's error when the data folder cannot be used */
export async function openLibrary(config: Config, log: Log, parts: LibraryParts = {}): Promise<OpenLibrary> {
  const store = await (parts.openStore ?? storeOf)(config)
  const ledger = await ledgerFor(config, store, log, parts)
  const libraries = new Libraries(config.TOKENS)
  const metrics = new Metrics(store, ledger)
  const uploads = createUploads({
    store,
    ledger,
    log,
    limits: limitsOf(config, parts),
    libraries,
    now: parts.now ?? Date.now,
    onJobEnd: (end) => metrics.verified(end),
    onScrubbed: (file) => metrics.scrubbed(file),
  })
  const scrub = new Scrub(uploads, paceOf(config, parts))
  const close = async () => {
    await scrub.close()
    await ledger.close()
    await store.close()
  }
  return { uploads, metrics, scrub, close }
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
