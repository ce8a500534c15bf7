/** Runs the bundled server in a separate process, so that a slow disk or a crash there never freezes the window. */
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { type ServerAddress, serverAddressSchema } from '../../shared/servers.ts'
import { onLines } from './child-lines.ts'

export interface BundledServerOptions {
  /** The server's program: server/index.ts from source, server.js in the build. */
  readonly entry: URL
  /** Absolute path of a plain Node 24, or `node`. Electron's own program can't run it: its fuses and libraries differ. */
  readonly nodePath: string
  /** Absolute path of the folder that receives the photos. */
  readonly libraryDir: string
  /** Receives the server's own log, line by line. */
  readonly onLog: (line: string) => void
}

/** Reachable from this machine only, and without the usual limit of 10 GB a file: the disk is the user's own. */
const serverFlags = [
  ...['--port', '0', '--host', '127.0.0.1', '--max-file-size', '100000GB'],
  // A line for each of a thousand photos would bury the address that the user is to open.
  ...['--log-level', 'warn'],
  // People read its last lines when it dies. It must stop by itself before it would be killed.
  ...['--log-format', 'pretty', '--stop-timeout', '8', '--show-token', 'yes'],
]
/** Environment variables that any program needs. None that configure a server (PORT, TOKENS, STORAGE_URL …): they are meant for another one. */
const inheritedVariables =
  /^(PATH|Path|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|SystemRoot|SYSTEMROOT|windir|TMPDIR|TEMP|TMP|TZ|LANG|LC_\w+|LD_LIBRARY_PATH|NODE_\w+|UV_\w+|MALLOC_\w+)$/
/** A young generation of 4 MiB instead of 16 saves some 50 MiB and, with one client, costs no processor time. */
const youngHeap = '--max-semi-space-size=4'
const restartDelayMs = 1_000
const longestRestartDelayMs = 30_000
const stopTimeoutMs = 10_000
const logLinesKept = 5

/** Keeps the server running: starts it again, after a growing pause, whenever it dies. */
export class BundledServer {
  readonly #options: BundledServerOptions
  readonly #onAddress: (address: ServerAddress | null) => void
  readonly #onTrouble: (message: string) => void
  #child: ChildProcess | null = null
  #timer: NodeJS.Timeout | undefined
  #deaths = 0
  #lastLog: string[] = []

  /**
   * @param onAddress called when the server listens, and with null when it has died
   * @param onTrouble called with a sentence and the server's last log lines when it has died
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
    // The server stops by itself when the IPC channel closes, which it does when this process ends.
    const child = spawn(nodePath, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: environment(),
    })
    this.#child = child
    this.#lastLog = []
    if (child.stdout) onLines(child.stdout, (line) => this.#readAddress(line))
    if (child.stderr) {
      onLines(child.stderr, (line) => {
        this.#lastLog = [...this.#lastLog, line].slice(-logLinesKept)
        onLog(line)
      })
    }
    child.once('error', (error) => this.#restart(child, error.message))
    child.once('exit', () => this.#restart(child, this.#lastLog.join('\n')))
  }

  /** Asks the server to finish its requests, and waits until it has ended. Kills it after ten seconds. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer)
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    // Windows has no signal that a program can answer: there SIGTERM would cut requests off.
    if (child.connected) child.disconnect()
    else child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs)
    await ended
    clearTimeout(timer)
  }

  #readAddress(line: string): void {
    const address = z.string().transform(parseJson).pipe(serverAddressSchema).safeParse(line)
    if (!address.success) return
    this.#deaths = 0
    this.#onAddress(address.data)
  }

  #restart(child: ChildProcess, lastLines: string): void {
    if (child !== this.#child) return
    this.#child = null
    this.#onAddress(null)
    this.#onTrouble(`PhotoFerry's own server stopped and is restarting. ${lastLines}`.trim())
    const delayMs = Math.min(restartDelayMs * 2 ** this.#deaths, longestRestartDelayMs)
    this.#deaths++
    this.#timer = setTimeout(() => this.start(), delayMs)
  }
}

function environment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => inheritedVariables.test(name))
  return Object.fromEntries(inherited)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
