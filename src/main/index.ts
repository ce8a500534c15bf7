/** The desktop's entry: builds the app from its parts when Electron is ready. Holds no logic. */

import { join, resolve } from 'node:path'
import { app, dialog, powerMonitor, session } from 'electron'
import type { HistoryEntry } from '../shared/history.ts'
import { toUploadError, type UploadError } from '../shared/protocol/errors.ts'
import { readPageFile } from './browser/page-files.ts'
import { type Client, endlessPatience, openClient } from './client/client.ts'
import { createDispatch } from './client/commands.ts'
import { logCrashes, openAppLog } from './desktop/app-log.ts'
import { appPageUrl, registerAppScheme, serveAppScheme } from './desktop/app-protocol.ts'
import { notifyBatchFinished } from './desktop/batch-notification.ts'
import { createDesktopHost } from './desktop/desktop-host.ts'
import { createDesktopStore } from './desktop/desktop-storage.ts'
import { systemKeyStore } from './desktop/key-store.ts'
import { denyNavigation, denyPermissions } from './desktop/lockdown.ts'
import { hiddenFlag, wasOpenedHidden } from './desktop/login-item.ts'
import { MainWindow } from './desktop/main-window.ts'
import { AppMenu } from './desktop/menu.ts'
import { menuActions } from './desktop/menu-actions.ts'
import { OpenedPaths, pathsOf } from './desktop/opened-paths.ts'
import { PageCommands } from './desktop/page-commands.ts'
import { findPlainNode } from './desktop/plain-node.ts'
import { createPresence } from './desktop/presence.ts'
import { openSystemVault, type SystemVault } from './desktop/system-vault.ts'
import { connectIpc } from './desktop/window-ipc.ts'
import {
  hashWorkerEntry,
  imageWorkerEntry,
  lockEntry,
  packageRoot,
  packageVersion,
  rendererDir,
  serverEntry,
  thumbnailWorkerEntry,
} from './program-files.ts'

/** As a PNG, for systems that do not read it from the program. */
const icon = join(rendererDir, 'icon.png')
const trayTemplate = join(rendererDir, 'trayTemplate.png')
const log = openAppLog(app.getPath('logs'))
const report = (error: UploadError) => log.write(`${error.message} ${error.cause ?? ''}`)

/** As in electron-builder.yml: Windows shows notifications under this name only. */
if (process.platform === 'win32') app.setAppUserModelId('app.photoferry.desktop')
logCrashes(log)
registerAppScheme()
denyNavigation()
const opened = new OpenedPaths(join(app.getPath('userData'), 'opened'))
opened.add(pathsOf(process.argv.slice(1), process.cwd(), !app.isPackaged))
// macOS tells what to open by this event, also before the app is ready.
app.on('open-file', (event, path) => {
  event.preventDefault()
  opened.add([path])
})
/**
 * Characters of a command line that Chromium carries from a second start to the first; by a longer one, as of some hundred
 * photos, the first is not told, and the second waits for an answer.
 */
const mostWords = 16_000
/** What a second start does; until the window is there, that comes anyway. */
let onSecondStart: () => void = () => undefined
app.on('second-instance', (_event, words) => {
  opened.receive()
  if (!words.includes(hiddenFlag)) onSecondStart()
})
const isTooLong = process.argv.join(' ').length > mostWords
opened.handOver()
if (isTooLong && !opened.hasSome) {
  restart()
  app.exit(0)
} else if (app.requestSingleInstanceLock()) {
  opened.receive()
  // Not awaited at the top level: Electron becomes ready only after this module has been evaluated.
  app.whenReady().then(start).catch(giveUp)
} else {
  app.quit()
}

async function start(): Promise<void> {
  denyPermissions()
  const stateDir = folderOf('state', join(app.getPath('userData'), 'state'))
  const vault = await openSystemVault(systemKeyStore(), join(app.getPath('userData'), 'vault.key'), stateDir)
  const client = await openDesktopClient(stateDir, vault, (entry) =>
    notifyBatchFinished(entry, {
      settings: () => client.settings.current,
      isWindowInFront: () => window.current?.isFocused() ?? false,
      onClick: () => presence.show(),
    }),
  )
  serveAppScheme(
    (pathname) => readPageFile(rendererDir, pathname),
    (itemId, size, signal) => client.files.thumbnail(itemId, size, signal),
  )
  const window = createWindow(client)
  const host = createDesktopHost({
    version: packageVersion,
    settings: () => client.settings.current,
    window: () => window.current,
    takeOpened: () => opened.take(),
    sealsTokens: vault.isSealed,
  })
  const page = new PageCommands(() => presence.show())
  connectIpc({
    client,
    dispatch: createDispatch(client, host),
    isOurPage: (event) => window.isSenderOf(event),
    onPage: (contents) => page.pageListens(contents),
  })
  const actions = menuActions({ client, window, log, stateDir, version: packageVersion, icon, report })
  const menu = new AppMenu({ ...actions, onCommand: (command) => page.send(command) })
  const presence = createPresence({
    ...{ client, window, menu, icon, trayTemplate, report },
    onExit: startAgainIfWanted,
  })
  // Networks and drives come and go while the computer sleeps.
  powerMonitor.on('resume', () => void client.wake().catch(report))
  app.on('activate', presence.show)
  // On macOS an app without windows keeps running, and uploading, until it is quit.
  app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit())
  onSecondStart = presence.show
  if (wasOpenedHidden()) presence.hide()
  else window.show()
  opened.whenSome(() => page.send('add-opened'))
}

/** Somebody started the app, or opened something with it, while it was ending: it comes back. */
function startAgainIfWanted(isWanted: boolean): void {
  if (!isWanted && !opened.hasSome) return
  opened.handOver()
  restart()
}

/** Starts the app once more when this one has ended, with its flags and without the paths. */
function restart(): void {
  const own = process.argv.slice(1, app.isPackaged ? 1 : 2)
  const flags = process.argv.slice(1).filter((word) => word.startsWith('-') && word !== hiddenFlag)
  app.relaunch({ args: [...own, ...flags] })
}

function createWindow(client: Client): MainWindow {
  return new MainWindow({
    // `electron-vite dev` serves the page itself, to replace its modules while it runs.
    url: (!app.isPackaged && process.env.ELECTRON_RENDERER_URL) || appPageUrl,
    preload: join(packageRoot, 'out', 'preload', 'index.cjs'),
    icon,
    theme: () => client.settings.current.theme,
    report,
  })
}

function openDesktopClient(
  stateDir: string,
  vault: SystemVault,
  onBatchFinished: (entry: HistoryEntry) => void,
): Promise<Client> {
  const nodePath = findPlainNode()
  return openClient({
    stateDir,
    lockProgram: { entry: lockEntry, nodePath },
    createStore: createDesktopStore,
    vault,
    hashWorker: hashWorkerEntry,
    imageWorker: { entry: imageWorkerEntry, nodePath },
    thumbnailWorker: thumbnailWorkerEntry,
    server: null,
    bundled: {
      entry: serverEntry,
      nodePath,
      libraryDir: folderOf('library', join(app.getPath('pictures'), 'PhotoFerry')),
    },
    patience: endlessPatience,
    cards: {},
    watchFolders: {},
    ...stillFlag(),
    resolveProxy: (url) => session.defaultSession.resolveProxy(url),
    onBatchFinished,
    log: log.write,
  })
}

/** `--still=SECONDS`, as in the terminal, which has checked it. */
function stillFlag(): { readonly stillSeconds?: number } {
  const text = app.commandLine.getSwitchValue('still')
  const stillSeconds = Number(text)
  return text === '' || !(stillSeconds >= 0) ? {} : { stillSeconds }
}

/** `--state=DIR` and `--library=DIR`, as in the terminal. */
function folderOf(name: 'state' | 'library', usual: string): string {
  return resolve(app.commandLine.getSwitchValue(name) || usual)
}

function giveUp(thrown: unknown): void {
  const error = toUploadError(thrown)
  report(error)
  dialog.showErrorBox("PhotoFerry can't start", error.message)
  app.exit(1)
}
