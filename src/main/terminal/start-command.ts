/** `photoferry start`: opens the desktop window, or the same app in a browser where Electron can't run. */
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { startBrowserServer } from '../browser/browser-server.ts'
import { endlessPatience, openClient } from '../client/client.ts'
import { packageVersion, rendererDir, serverEntry } from '../program-files.ts'
import { appStateDir, defaultLibraryDir } from './app-folders.ts'
import { findDesktop, hasDisplay, runDesktop } from './launch-desktop.ts'
import { openPage } from './open-page.ts'
import { whenToldToStop } from './stop-signals.ts'
import { collectGarbageEarly, terminalClient } from './terminal-client.ts'

export interface StartFlags {
  /** Use the browser even where the window could open. */
  readonly browser?: boolean
  /** Open the page in a browser. */
  readonly open: boolean
  /** Of browser mode. */
  readonly port?: number
  /** Absolute path. */
  readonly state?: string
  /** Absolute path. */
  readonly library?: string
  /** Seconds that a file must have stood still; left out: as in the settings. */
  readonly still?: number
}

/**
 * Runs the app until it is closed or interrupted.
 * @returns the exit code
 * @throws UploadError `state-in-use`, `bad-request` for a port that is taken
 */
export async function runStart(flags: StartFlags): Promise<number> {
  if (!flags.browser) {
    const desktop = await findDesktop()
    const reason =
      'executable' in desktop ? await runDesktop(desktop.executable, desktopFlags(flags)) : desktop.reason
    if (reason === null) return 0
    console.error(`Can't open the desktop window: ${reason}. Starting in browser mode instead.`)
  }
  return runInBrowser(flags)
}

function desktopFlags({ state, library, still }: StartFlags): string[] {
  const flag = (name: string, value: string | undefined) => (value ? [`--${name}=${value}`] : [])
  return [...flag('state', state), ...flag('library', library), ...flag('still', still?.toString())]
}

async function runInBrowser(flags: StartFlags): Promise<number> {
  collectGarbageEarly()
  const stateDir = flags.state ?? appStateDir
  const client = await openClient({
    ...terminalClient,
    stateDir,
    server: null,
    bundled: {
      entry: serverEntry,
      nodePath: process.execPath,
      libraryDir: flags.library ?? defaultLibraryDir,
    },
    patience: endlessPatience,
    cards: {},
    watchFolders: {},
    ...(flags.still === undefined ? {} : { stillSeconds: flags.still }),
  })
  const server = await startBrowserServer({
    client,
    rendererDir,
    stateDir,
    version: packageVersion,
    report: ({ message }) => console.error(escapeControls(message)),
    ...(flags.port === undefined ? {} : { port: flags.port }),
  }).catch(async (error) => {
    await client.stop()
    throw error
  })
  console.log(`PhotoFerry is running: ${server.url}`)
  console.error(accessHint(server.url))
  const opened = flags.open && hasDisplay() ? await openPage(server.oneTimeUrl()).catch(() => null) : null
  await whenToldToStop(['SIGINT', 'SIGTERM', 'SIGHUP'])
  await opened?.remove().catch(() => undefined)
  await server.close()
  await client.stop()
  return 0
}

/** Where to open the page. It answers to a loopback address with its own port only, so a tunnel needs that port at both ends. */
function accessHint(url: string): string {
  const { port } = new URL(url)
  const tunnel = `To open it from another computer, run "ssh -L ${port}:127.0.0.1:${port} THIS-MACHINE" there, then open the address above.`
  const hint = hasDisplay() ? 'Open that address in a browser.' : tunnel
  return `${hint} Press Ctrl-C to quit; uploads resume next time.`
}
