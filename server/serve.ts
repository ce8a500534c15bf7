/** Starts a server from its configuration, and stops it without losing requests in progress. Knows no command line. */
import packageInfo from '../package.json' with { type: 'json' }
import { type AppOptions, createApp } from './app.ts'
import type { Config } from './config/config.ts'
import { keptToken } from './config/token-file.ts'
import { TokenList } from './config/token-list.ts'
import type { AccessToken } from './config/tokens.ts'
import { bracketed } from './http/host-names.ts'
import { InFlight } from './http/in-flight.ts'
import { listen } from './http/listen.ts'
import type { Log } from './monitoring/log.ts'
import { type LibraryParts, openLibrary } from './open-library.ts'
import { cleanUp, commitPublishedFiles } from './uploads/clean-up.ts'
import type { Uploads } from './uploads/context.ts'
import type { Scrub } from './uploads/scrub/scrub.ts'

const cleanUpEveryMs = 15 * 60 * 1000

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
export interface ServerParts extends LibraryParts {
  /** How long a client may send nothing of a body, or read nothing of a download, ms. */
  readonly bodyIdleMs?: number
}

/** @throws UploadError, or the system's error when the data folder or the port cannot be used */
export async function serve(config: Config, log: Log, parts: ServerParts = {}): Promise<RunningServer> {
  const library = await openLibrary(config, log, parts)
  const { uploads, scrub, outbox } = library
  let tokens: TokenList | null = null
  try {
    tokens = config.auth ? await tokenList(config, uploads) : null
    await commitPublishedFiles(uploads)
    await cleanUpAndLog(uploads)
    await outbox?.start()
    const inFlight = new InFlight()
    const app = createApp(uploads, library, appOptions(config, tokens, inFlight, parts))
    const listening = await listen(app.callback(), inFlight, config, tlsOf(config, log))
    const timer = setInterval(() => void cleanUpAndLog(uploads), cleanUpEveryMs)
    scrub.start()
    const close = async () => {
      clearInterval(timer)
      tokens?.close()
      await listening.stop(config.STOP_TIMEOUT * 1000, () => uploads.jobs.allEnded())
      await library.close()
    }
    const token = tokens?.current[0]?.token ?? null
    return { url: listening.url, token, uploads, scrub, close: once(close) }
  } catch (thrown) {
    tokens?.close()
    await library.close()
    throw thrown
  }
}

function appOptions(
  config: Config,
  tokens: TokenList | null,
  inFlight: InFlight,
  parts: ServerParts,
): AppOptions {
  return {
    version: packageInfo.version,
    tokens: tokens && (() => tokens.current),
    allowedHosts: [...config.ALLOWED_HOSTS, bracketed(config.HOST), ...publicHost(config)],
    pathPrefix: config.PUBLIC_URL?.pathname.replace(/\/+$/, '') ?? '',
    corsOrigins: config.CORS_ORIGINS,
    showsCauses: config.NODE_ENV === 'development',
    bodyIdleMs: parts.bodyIdleMs ?? 60_000,
    isClosing: () => inFlight.isClosing,
  }
}

/** @returns undefined for plain HTTP */
function tlsOf({ TLS_CERT: cert, TLS_KEY: key }: Config, log: Log): Parameters<typeof listen>[3] {
  if (cert === undefined || key === undefined) return undefined
  return {
    paths: { cert, key },
    onRenewed: () => log.info({ cert }, 'certificate was read again'),
    onUnusable: (reason) =>
      log.error({ reason }, 'the changed certificate cannot be used; the one before stays'),
  }
}

function publicHost({ PUBLIC_URL }: Config): string[] {
  return PUBLIC_URL === undefined ? [] : [PUBLIC_URL.hostname]
}

async function tokenList({ TOKENS, DATA_DIR }: Config, { libraries, log }: Uploads): Promise<TokenList> {
  const given = TOKENS.length > 0 ? TOKENS : [await ownersToken(DATA_DIR)]
  return TokenList.open(given, DATA_DIR, { log, onChange: (tokens) => libraries.replace(tokens) })
}

async function ownersToken(dataDir: string): Promise<AccessToken> {
  return { name: 'owner', token: await keptToken(dataDir), folder: '', quotaBytes: null }
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
