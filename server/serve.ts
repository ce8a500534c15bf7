/** Starts a server from its configuration, and stops it without losing requests in progress. Knows no command line. */
import packageInfo from '../package.json' with { type: 'json' }
import { type AppOptions, createApp } from './app.ts'
import type { Config } from './config/config.ts'
import { keptToken } from './config/token-file.ts'
import type { AccessToken } from './config/tokens.ts'
import { bracketed } from './http/host-names.ts'
import { InFlight } from './http/in-flight.ts'
import { listen } from './http/listen.ts'
import type { Ledger } from './ledger/ledger.ts'
import { type LedgerSurroundings, openLedger } from './ledger/open-ledger.ts'
import type { Log } from './monitoring/log.ts'
import { Metrics } from './monitoring/metrics.ts'
import { openStore } from './storage/open-store.ts'
import type { Store } from './storage/store.ts'
import { cleanUp, commitPublishedFiles } from './uploads/clean-up.ts'
import { createUploads, type Uploads } from './uploads/context.ts'
import { Libraries } from './uploads/library.ts'
import { Scrub, type ScrubPace } from './uploads/scrub/scrub.ts'

const cleanUpEveryMs = 15 * 60 * 1000
const hourMs = 60 * 60 * 1000
const dayMs = 24 * hourMs
const megabyte = 1_000_000
/** What came up with the server has its time first, ms. */
const scrubAfterMs = 5 * 60 * 1000

export interface RunningServer {
  /** The address at which this machine reaches the server. */
  readonly url: string
  /** Null when no token is needed. */
  readonly token: string | null
  readonly uploads: Uploads
  readonly scrub: Scrub
  /** Waits for requests in progress, up to `STOP_TIMEOUT`, and closes the ledger and the store. */
  close(): Promise<void>
}

/** What tests may replace. */
export interface ServerParts {
  readonly openStore?: (config: Config) => Promise<Store>
  readonly openLedger?: (config: Config, surroundings: LedgerSurroundings) => Promise<Ledger>
  readonly now?: () => number
  /** How long a request waits for a verification or for another request, ms. */
  readonly waitMs?: number
  /** How long a client may send nothing of a body, or read nothing of a download, ms. */
  readonly bodyIdleMs?: number
  /** How long after the start the scrub begins, ms. */
  readonly scrubAfterMs?: number
}

/** @throws UploadError, or the system's error when the data folder or the port cannot be used */
export async function serve(config: Config, log: Log, parts: ServerParts = {}): Promise<RunningServer> {
  const store = await (parts.openStore ?? storeOf)(config)
  const ledger = await ledgerFor(config, store, log, parts)
  const libraries = new Libraries(config.TOKENS.map(({ folder }) => folder))
  const metrics = new Metrics(store, ledger, libraries.folders)
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
  try {
    const tokens = config.auth ? await tokensOf(config) : null
    await commitPublishedFiles(uploads)
    await cleanUpAndLog(uploads)
    const inFlight = new InFlight()
    const app = createApp(uploads, { metrics, scrub }, appOptions(config, tokens, inFlight, parts))
    const listening = await listen(app.callback(), inFlight, config)
    const timer = setInterval(() => void cleanUpAndLog(uploads), cleanUpEveryMs)
    scrub.start()
    const close = async () => {
      clearInterval(timer)
      await scrub.close()
      await listening.stop(config.STOP_TIMEOUT * 1000, () => uploads.jobs.allEnded())
      await ledger.close()
      await store.close()
    }
    return { url: listening.url, token: tokens?.[0]?.token ?? null, uploads, scrub, close: once(close) }
  } catch (thrown) {
    await ledger.close()
    await store.close()
    throw thrown
  }
}

async function ledgerFor(config: Config, store: Store, log: Log, parts: ServerParts): Promise<Ledger> {
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

function appOptions(
  config: Config,
  tokens: readonly AccessToken[] | null,
  inFlight: InFlight,
  parts: ServerParts,
): AppOptions {
  return {
    version: packageInfo.version,
    tokens,
    allowedHosts: [...config.ALLOWED_HOSTS, bracketed(config.HOST), ...publicHost(config)],
    pathPrefix: config.PUBLIC_URL?.pathname.replace(/\/+$/, '') ?? '',
    corsOrigins: config.CORS_ORIGINS,
    showsCauses: config.NODE_ENV === 'development',
    bodyIdleMs: parts.bodyIdleMs ?? 60_000,
    isClosing: () => inFlight.isClosing,
  }
}

function publicHost({ PUBLIC_URL }: Config): string[] {
  return PUBLIC_URL === undefined ? [] : [PUBLIC_URL.hostname]
}

function limitsOf(config: Config, parts: ServerParts): Uploads['limits'] {
  return {
    maxFileSize: config.MAX_FILE_SIZE,
    chunkSize: config.CHUNK_SIZE,
    taskExpiryMs: config.TASK_EXPIRY * hourMs,
    maxOpenTasks: config.MAX_OPEN_TASKS,
    trustVerifiedMs: config.REREAD_DAYS * dayMs,
    waitMs: parts.waitMs ?? 5_000,
  }
}

function paceOf(config: Config, parts: ServerParts): ScrubPace {
  return {
    periodMs: config.SCRUB_DAYS * dayMs,
    bytesPerSecond: config.SCRUB_RATE * megabyte,
    firstAfterMs: parts.scrubAfterMs ?? scrubAfterMs,
  }
}

async function tokensOf(config: Config): Promise<readonly AccessToken[]> {
  if (config.TOKENS.length > 0) return config.TOKENS
  return [{ name: 'owner', token: await keptToken(config.DATA_DIR), folder: '' }]
}

async function cleanUpAndLog(uploads: Uploads): Promise<void> {
  try {
    const result = await cleanUp(uploads)
    if (result.removedTasks + result.removedPartials > 0) uploads.log.info(result, 'cleaned up')
  } catch (thrown) {
    uploads.log.error({ reason: String(thrown) }, 'cleaning up failed; the next round tries again')
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
