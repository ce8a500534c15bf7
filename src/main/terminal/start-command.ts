/** `photoferry start`: the desktop window where Electron can run, else the same app in a browser. */
import open from 'open'
import { startBrowserHost } from '../browser/browser-server.ts'
import { endlessPatience, openClient } from '../client/client.ts'
import { packageVersion, rendererDir, serverEntry } from '../program-files.ts'
import { appStateDir, defaultLibraryDir } from './app-folders.ts'
import { findDesktop, hasDisplay, runDesktop } from './launch-desktop.ts'
import { terminalClient } from './terminal-client.ts'

export interface StartFlags {
  readonly browser?: boolean
  readonly open: boolean
  readonly port?: number
  readonly state?: string
  readonly library?: string
}

/**
 * Runs the app until it is told to end.
 * @returns the exit code
 * @throws UploadError `state-in-use`, `bad-request` for a port that is taken
 */
export async function runStart(flags: StartFlags): Promise<number> {
  if (!flags.browser) {
    const desktop = await findDesktop()
    const reason =
      'executable' in desktop ? await runDesktop(desktop.executable, desktopFlags(flags)) : desktop.reason
    if (reason === null) return 0
    console.error(`The desktop window is not available: ${reason}. PhotoFerry runs in browser mode instead.`)
  }
  return runInBrowser(flags)
}

function desktopFlags({ state, library }: StartFlags): string[] {
  const given = (name: string, value: string | undefined) => (value ? [`--${name}=${value}`] : [])
  return [...given('state', state), ...given('library', library)]
}

async function runInBrowser(flags: StartFlags): Promise<number> {
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
  })
  const report = ({ message }: { message: string }) => console.error(message)
  const port = flags.port === undefined ? {} : { port: flags.port }
  const host = await startBrowserHost({
    client,
    rendererDir,
    stateDir,
    version: packageVersion,
    report,
    ...port,
  }).catch(async (error) => {
    await client.stop()
    throw error
  })
  console.log(`PhotoFerry is running: ${host.url}`)
  console.error(howToReach(host.url))
  if (flags.open && hasDisplay()) await open(host.url).catch(() => undefined)
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve())
  })
  await host.close()
  await client.stop()
  return 0
}

/** For who has never seen it; the page answers to a loopback address of this very port alone, hence one port at both ends. */
function howToReach(url: string): string {
  const { port } = new URL(url)
  const elsewhere = `From a machine with a display: run "ssh -L ${port}:127.0.0.1:${port} THIS-MACHINE", then open that address there.`
  return `${hasDisplay() ? 'Open that address in a browser.' : elsewhere} Ctrl-C ends PhotoFerry; the next start goes on where it stopped.`
}
