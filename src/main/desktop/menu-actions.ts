/** What the entries of the menu do that need more than the window's page. */
import { shell } from 'electron'
import { toUploadError, type UploadError } from '../../shared/protocol/errors.ts'
import type { Client } from '../client/client.ts'
import { showAbout } from './about.ts'
import type { AppLog } from './app-log.ts'
import { saveFile } from './desktop-host.ts'
import { diagnosticsOf } from './diagnostics.ts'
import type { MainWindow } from './main-window.ts'
import type { MenuOptions } from './menu.ts'

export interface MenuActionOptions {
  readonly client: Client
  readonly window: MainWindow
  readonly log: AppLog
  /** Absolute path. */
  readonly stateDir: string
  /** PhotoFerry's own. */
  readonly version: string
  /** Absolute path of the app's icon as a PNG. */
  readonly icon: string
  readonly report: (error: UploadError) => void
}

export function menuActions(options: MenuActionOptions): Omit<MenuOptions, 'onCommand'> {
  const { client, window, log, version, icon, report } = options
  const settings = () => client.settings.current
  const libraryDir = () => settings().libraryDir ?? client.settings.defaultLibraryDir ?? ''
  return {
    settings,
    onPauseAll: () => void client.queue.pause({ all: true }).catch(report),
    onResumeAll: () => void client.queue.resume({ all: true }).catch(report),
    onShowLibrary: () => void shell.openPath(libraryDir()),
    onShowLogs: () => void shell.openPath(log.folder),
    onSaveDiagnostics: () => void saveDiagnostics(options).catch((thrown) => report(toUploadError(thrown))),
    onAbout: () => void showAbout(version, icon, settings().language, window.current),
  }
}

async function saveDiagnostics({ client, window, log, stateDir, version }: MenuActionOptions): Promise<void> {
  const overview = client.feed.overview()
  const sources = { version, settings: client.settings.current, overview, stateDir, logFiles: log.files() }
  const file = { fileName: 'photoferry-diagnostics.zip', parts: [diagnosticsOf(sources)] }
  await saveFile(file, window.current)
}
