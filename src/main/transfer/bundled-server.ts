/** Runs the bundled server as a process of its own, so that a slow disk or a crash there never freezes the window. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type ServerAddress, serverAddressSchema } from '../../shared/servers.ts'

export interface BundledServerOptions {
  /** The server's program: server/index.ts from source, server.js in the build. */
  readonly entry: URL
  /** A plain Node 24; Electron's own executable will not do (see architecture: sharp, fuses). */
  readonly nodePath: string
  /** Absolute path of the folder that receives the photos. */
  readonly libraryDir: string
  /** Receives the server's own log, line by line. */
  readonly onLog: (line: string) => void
}

/** Only for this machine, and for whatever its owner's disk can hold: the usual limit of 10 GB is for servers of others. */
const serverFlags = [
  ...['--port', '0', '--host', '127.0.0.1', '--max-file-size', '100000GB'],
  // A line for each of a thousand photos would bury the address that a person is to open.
  ...['--log-level', 'warn'],
  // Its last words are shown to people, and it must have stopped before it is killed.
  ...['--log-format', 'pretty', '--stop-timeout', '8', '--show-token', 'yes'],
]
/** What any program needs of its surroundings; nothing by which a person sets a server of their own (PORT, TOKENS, STORAGE_URL …). */
const passedOn =
  /^(PATH|Path|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SystemRoot|SYSTEMROOT|windir|TMPDIR|TEMP|TMP|TZ|LANG|LC_\w+|LD_LIBRARY_PATH|NODE_\w+|UV_\w+|MALLOC_\w+)$/
/** Lets glibc give freed buffers back to the system: the server stays some 40 MiB smaller. Means nothing elsewhere. */
const smallMemory = { MALLOC_MMAP_THRESHOLD_: '32768' }
/** A young generation of 4 MiB in the place of 16: some 50 MiB smaller, for no more processor time with one client. */
const youngHeap = '--max-semi-space-size=4'
const listeningLineSchema = serverAddressSchema
const restartDelayMs = 1_000
const longestRestartDelayMs = 30_000
const stopTimeoutMs = 10_000
const logLinesKept = 5

/** Starts the server, and starts it again whenever it dies, until it is stopped. */
export class BundledServer {
  readonly #options: BundledServerOptions
  readonly #onAddress: (address: ServerAddress | null) => void
  readonly #onTrouble: (message: string) => void
  #child: ChildProcess | null = null
  #timer: NodeJS.Timeout | undefined
  #deaths = 0
  #lastLog: string[] = []

  /**
   * @param onAddress called when the server listens, and with null when it is gone
   * @param onTrouble called with the server's last words when it died
   */
  constructor(
    options: BundledServerOptions,
    onAddress: (address: ServerAddress | null) => void,
    onTrouble: (message: string) => void,
  ) {
    this.#options = options
    this.#onAddress = onAddress
    this.#onTrouble = onTrouble
  }

  start(): void {
    const { entry, nodePath, libraryDir, onLog } = this.#options
    const args = [youngHeap, fileURLToPath(entry), ...serverFlags, '--data', libraryDir]
    // The IPC channel is its lifeline: the server stops by itself when this process is gone.
    const child = spawn(nodePath, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: surroundings(),
    })
    this.#child = child
    this.#lastLog = []
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.#listening(line))
    if (child.stderr) {
      createInterface({ input: child.stderr }).on('line', (line) => {
        this.#lastLog = [...this.#lastLog, line].slice(-logLinesKept)
        onLog(line)
      })
    }
    child.once('error', (error) => this.#died(child, error.message))
    child.once('exit', () => this.#died(child, this.#lastLog.join('\n')))
  }

  /** Asks the server to finish what is in flight and waits until it has ended. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
    await ended
    clearTimeout(timer)
  }

  #listening(line: string): void {
    const address = z.string().transform(parseJson).pipe(listeningLineSchema).safeParse(line)
    if (!address.success) return
    this.#deaths = 0
    this.#onAddress(address.data)
  }

  #died(child: ChildProcess, lastWords: string): void {
    if (child !== this.#child) return
    this.#child = null
    this.#onAddress(null)
    this.#onTrouble(`The server of this computer stopped and is being started again. ${lastWords}`.trim())
    const delayMs = Math.min(restartDelayMs * 2 ** this.#deaths, longestRestartDelayMs)
    this.#deaths++
    this.#timer = setTimeout(() => this.start(), delayMs)
  }
}

function surroundings(): NodeJS.ProcessEnv {
  const given = Object.entries(process.env).filter(([name]) => passedOn.test(name))
  return { ...smallMemory, ...Object.fromEntries(given) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
