/** The desktop's entry: Electron's composition root. Wires the parts together; holds no logic of its own. */
import { join, resolve } from 'node:path'
import { app, dialog } from 'electron'
import { toUploadError, type UploadError } from '../shared/errors.ts'
import { readPageFile } from './browser/page-files.ts'
import { createDispatch } from './commands.ts'
import { appPageUrl, registerAppScheme, serveAppScheme } from './desktop/app-protocol.ts'
import { createDesktopHost } from './desktop/desktop-host.ts'
import { createDesktopStore } from './desktop/desktop-store.ts'
import { connectIpc } from './desktop/ipc.ts'
import { denyNavigation, denyPermissions } from './desktop/lockdown.ts'
import { setMenu } from './desktop/menu.ts'
import { findPlainNode } from './desktop/plain-node.ts'
import { stopBeforeQuit } from './desktop/quitting.ts'
import { systemVault } from './desktop/system-vault.ts'
import { MainWindow } from './desktop/window.ts'
import { endlessPatience, type Ferry, openFerry } from './ferry.ts'
import {
  hashWorkerEntry,
  imageWorkerEntry,
  packageRoot,
  packageVersion,
  rendererDir,
  serverEntry,
  thumbnailWorkerEntry,
} from './program-files.ts'

const report = (error: UploadError) => console.error(error.message, error.cause ?? '')

registerAppScheme()
denyNavigation()
if (app.requestSingleInstanceLock()) {
  // Not awaited at the top level: Electron is ready only after this module has been evaluated, and would wait for ever.
  app.whenReady().then(start).catch(giveUp)
} else {
  app.quit()
}

async function start(): Promise<void> {
  denyPermissions()
  setMenu()
  const ferry = await openDesktopFerry()
  serveAppScheme((pathname) => readPageFile(rendererDir, pathname), ferry.thumbnail)
  stopBeforeQuit(ferry, report)
  const window = new MainWindow({
    // `electron-vite dev` serves the page itself, to replace its modules while it runs.
    url: (!app.isPackaged && process.env.ELECTRON_RENDERER_URL) || appPageUrl,
    preload: join(packageRoot, 'out', 'preload', 'index.cjs'),
    icon: join(rendererDir, 'icon.png'),
    theme: () => ferry.settings().theme,
    report,
  })
  const host = createDesktopHost({
    version: packageVersion,
    settings: () => ferry.settings(),
    window: () => window.current,
  })
  connectIpc({ ferry, dispatch: createDispatch(ferry, host), isOurPage: (event) => window.sent(event) })
  app.on('second-instance', () => window.show())
  app.on('activate', () => window.show())
  // On macOS an app stays, and the queue goes on, until it is told to quit.
  app.on('window-all-closed', () => process.platform !== 'darwin' && app.quit())
  window.show()
}

function openDesktopFerry(): Promise<Ferry> {
  const nodePath = findPlainNode()
  return openFerry({
    stateDir: folderOf('state', join(app.getPath('userData'), 'state')),
    createStore: createDesktopStore,
    vault: systemVault,
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
    log: (line) => console.error(line),
  })
}

/** `--state=DIR` and `--library=DIR`, as in the terminal. */
function folderOf(name: 'state' | 'library', usual: string): string {
  return resolve(app.commandLine.getSwitchValue(name) || usual)
}

function giveUp(thrown: unknown): void {
  const error = toUploadError(thrown)
  report(error)
  dialog.showErrorBox('PhotoFerry cannot start', error.message)
  app.exit(1)
}
