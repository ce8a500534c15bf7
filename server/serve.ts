/** Starts a server from its settings and stops it without losing what is in flight. Knows no command line. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import packageInfo from '../package.json' with { type: 'json' }
import { createApp } from './app.ts'
import type { Config } from './config.ts'
import type { Key } from './keys.ts'
import type { Ledger } from './ledger/ledger.ts'
import { openSqliteLedger } from './ledger/sqlite-ledger.ts'
import { boundServer, httpOptions } from './middleware/limits.ts'
import { openDiskStore } from './storage/disk-store.ts'
import type { Store } from './storage/store.ts'
import { keptToken } from './token.ts'
import { createUploads, type OperationLog, type Uploads } from './uploads/context.ts'
import { recover, sweep } from './uploads/expire.ts'

const sweepEveryMs = 15 * 60 * 1000
const hourMs = 60 * 60 * 1000
/** What is in flight when the server is told to stop has this long to finish. */
const graceMs = 10_000

export interface RunningServer {
  /** Where this machine reaches it. */
  readonly url: string
  /** Null when everybody is let in. */
  readonly token: string | null
  readonly uploads: Uploads
  /** Finishes what is in flight, for a bounded time, and closes the ledger. */
  close(): Promise<void>
}

/** What a test may put in the place of the real thing. */
export interface ServerParts {
  readonly openStore?: (config: Config) => Promise<Store>
  /** @param isShared whether several servers may use the store, and so the ledger */
  readonly openLedger?: (config: Config, isShared: boolean) => Ledger | Promise<Ledger>
  readonly now?: () => number
  /** How long a request waits for a verification or for another request, ms. */
  readonly waitMs?: number
  /** How long a body may stand still, ms. */
  readonly bodyIdleMs?: number
}

/** @throws UploadError, or the system's error when the data folder or the port cannot be used */
export async function serve(
  config: Config,
  log: OperationLog,
  parts: ServerParts = {},
): Promise<RunningServer> {
  const store = await (parts.openStore ?? diskStore)(config)
  const ledger = await openLedger(config, store, parts)
  const uploads = createUploads({
    store,
    ledger,
    log,
    limits: limitsOf(config, parts),
    now: parts.now ?? Date.now,
  })
  try {
    const keys = config.auth ? await keysOf(config) : null
    await recover(uploads)
    await sweepAndTell(uploads)
    const { server, markClosing } = createHttpServer(uploads, config, keys, parts)
    await listen(server, config)
    const sweeping = setInterval(() => void sweepAndTell(uploads), sweepEveryMs)
    const close = async () => {
      clearInterval(sweeping)
      markClosing()
      await stop(server, uploads)
    }
    return { url: urlOf(server, config), token: keys?.[0]?.token ?? null, uploads, close: once(close) }
  } catch (thrown) {
    await ledger.close()
    await store.close()
    throw thrown
  }
}

async function openLedger(config: Config, store: Store, parts: ServerParts): Promise<Ledger> {
  try {
    return await (parts.openLedger ?? sqliteLedger)(config, store.isShared)
  } catch (thrown) {
    await store.close()
    throw thrown
  }
}

function diskStore(config: Config): Promise<Store> {
  return openDiskStore({ dataDir: config.DATA_DIR, freeSpaceReserve: config.FREE_SPACE_RESERVE })
}

function sqliteLedger(config: Config): Ledger {
  return openSqliteLedger(join(config.DATA_DIR, '.photoferry', 'ledger.db'))
}

function limitsOf(config: Config, parts: ServerParts) {
  return {
    maxFileSize: config.MAX_FILE_SIZE,
    chunkSize: config.CHUNK_SIZE,
    taskExpiryMs: config.TASK_EXPIRY * hourMs,
    maxOpenTasks: config.MAX_OPEN_TASKS,
    waitMs: parts.waitMs ?? 5_000,
  }
}

async function keysOf(config: Config): Promise<readonly Key[]> {
  if (config.TOKENS.length > 0) return config.TOKENS
  return [{ name: 'owner', token: await keptToken(config.DATA_DIR), folder: '' }]
}

async function sweepAndTell(uploads: Uploads): Promise<void> {
  try {
    const result = await sweep(uploads)
    if (result.removedTasks + result.removedPartials > 0) uploads.log.info(result, 'cleaned up')
  } catch (thrown) {
    uploads.log.error({ reason: String(thrown) }, 'cleaning up failed; the next round tries again')
  }
}

function createHttpServer(
  uploads: Uploads,
  config: Config,
  keys: readonly Key[] | null,
  parts: ServerParts,
): { server: Server; markClosing: () => void } {
  let closing = false
  const app = createApp(uploads, {
    version: packageInfo.version,
    keys,
    allowedHosts: [...config.ALLOWED_HOSTS, bracketed(config.HOST)],
    corsOrigins: config.CORS_ORIGINS,
    production: config.NODE_ENV === 'production',
    bodyIdleMs: parts.bodyIdleMs ?? 60_000,
    isClosing: () => closing,
  })
  const handle = app.callback()
  const server = createServer(httpOptions, handle)
  // A client that asks before it sends gets its answer first: a refusal, or "continue" once the body is wanted.
  server.on('checkContinue', handle)
  boundServer(server)
  const markClosing = () => {
    closing = true
  }
  return { server, markClosing }
}

async function listen(server: Server, config: Config): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ port: config.PORT, host: config.HOST }, resolve)
  await promise
  server.off('error', reject)
}

function urlOf(server: Server, config: Config): string {
  const { port } = server.address() as AddressInfo
  // Every address of this machine includes the loopback one.
  const host =
    config.HOST === '0.0.0.0' ? '127.0.0.1' : config.HOST === '::' ? '[::1]' : bracketed(config.HOST)
  return `http://${host}:${port}`
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

async function stop(server: Server, uploads: Uploads): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const grace = setTimeout(() => server.closeAllConnections(), graceMs)
  // Connections whose request ends only now would be kept for a next one.
  const letGo = setInterval(() => server.closeIdleConnections(), 50)
  await closed
  clearTimeout(grace)
  clearInterval(letGo)
  const late = new Promise<void>((resolve) => setTimeout(resolve, graceMs).unref())
  await Promise.race([uploads.jobs.settled(), late])
  await uploads.ledger.close()
  await uploads.store.close()
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => {
    running ??= work()
    return running
  }
}
