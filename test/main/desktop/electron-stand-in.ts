/**
 * Plays the module `electron` for the real entry and the real preload script: keeps what they registered and set, and
 * lets a test play Electron's and the person's part. Every name here is checked against Electron's own types.
 */
import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type * as Electron from 'electron'
import { ready, record, type State, state, untouched } from './electron-state.ts'
import { Notification, nativeImage, powerMonitor, powerSaveBlocker, Tray } from './system-stand-in.ts'
import { BrowserWindow, type WebContents, whenContentsAreCreated, windows } from './window-stand-in.ts'

export { state } from './electron-state.ts'
export { Notification, nativeImage, powerMonitor, powerSaveBlocker, Tray } from './system-stand-in.ts'

export { BrowserWindow, WebContents } from './window-stand-in.ts'

/** Where a packaged app has its plain Node. */
Reflect.set(
  process,
  'resourcesPath',
  join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin'),
)

/** Property names that Electron really has. */
type Named<Api> = { [Name in keyof Api]?: unknown }

/** Begins another run of Electron: nothing is registered and nothing has happened. */
export function restartElectron(): void {
  windows.length = 0
  Object.assign(state, untouched())
  ready.now = Promise.withResolvers()
  for (const emitter of [app, ipcMain, ipcRenderer, powerMonitor]) emitter.removeAllListeners()
}

export const app = Object.assign(new EventEmitter(), {
  isPackaged: true,
  requestSingleInstanceLock: () => state.isOnlyInstance,
  relaunch: ({ args = [] }: Electron.RelaunchOptions = {}) => record(`relaunch ${args.join(' ')}`),
  whenReady: () => ready.now.promise,
  getPath: (name: string) => {
    if (name === 'userData') return state.userData
    return name === 'logs' ? join(state.userData, 'logs') : `/home/${name}`
  },
  getVersion: () => '0.0.0',
  commandLine: {
    getSwitchValue: (name: string) => state.switches.get(name) ?? '',
    hasSwitch: (name: string) => state.switches.has(name),
  } satisfies Named<Electron.CommandLine>,
  quit: () => record('quit'),
  exit: (code: number) => record(`exit ${code}`),
  getLocale: () => state.locale,
  setLoginItemSettings: (settings: Electron.Settings) => void state.loginItems.push(settings),
} satisfies Named<Electron.App>)

whenContentsAreCreated((contents: WebContents) => app.emit('web-contents-created', {}, contents))

export const protocol = {
  registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => {
    record('schemes')
    state.schemes = schemes
  },
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) => {
    state.protocols.set(scheme, handler)
  },
} satisfies Named<Electron.Protocol>

export const session = {
  defaultSession: {
    setPermissionRequestHandler: (handler: NonNullable<State['permission']['request']>) => {
      state.permission.request = handler
    },
    setPermissionCheckHandler: (handler: () => boolean) => {
      state.permission.check = handler
    },
    setDevicePermissionHandler: (handler: () => boolean) => {
      state.permission.device = handler
    },
    resolveProxy: async () => state.proxies,
  } satisfies Named<Electron.Session>,
}

export const ipcMain = Object.assign(new EventEmitter(), {
  handle: (channel: string, handler: (event: unknown, ...args: unknown[]) => unknown) => {
    state.commandHandlers.set(channel, handler)
  },
} satisfies Named<Electron.IpcMain>)

export const dialog = {
  showOpenDialog: async (
    ...args: [Electron.OpenDialogOptions] | [BrowserWindow, Electron.OpenDialogOptions]
  ) => {
    const [parent, options] = args.length === 2 ? args : [null, args[0]]
    state.dialogs.push({ parent, options })
    return state.dialogAnswer
  },
  showMessageBox: async (
    ...args: [Electron.MessageBoxOptions] | [BrowserWindow, Electron.MessageBoxOptions]
  ) => {
    state.messageBoxes.push(args.length === 2 ? args[1] : args[0])
    return { response: state.messageBoxAnswer, checkboxChecked: false }
  },
  showSaveDialog: async () => state.saveAnswer,
  showErrorBox: (title: string, message: string) => void state.errorBoxes.push(`${title}: ${message}`),
} satisfies Named<Electron.Dialog>

export const shell = {
  openExternal: async (url: string) => void state.opened.push(url),
  showItemInFolder: (path: string) => void state.shown.push(path),
  openPath: async (path: string) => {
    state.opened.push(path)
    return ''
  },
} satisfies Named<Electron.Shell>

export const Menu = {
  buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
  setApplicationMenu: (menu: Electron.MenuItemConstructorOptions[]) => {
    state.menu = menu
  },
} satisfies Named<typeof Electron.Menu>

export const nativeTheme = {
  shouldUseDarkColors: true,
  themeSource: 'system',
} satisfies Named<Electron.NativeTheme>

export const safeStorage = {
  isAsyncEncryptionAvailable: async () => true,
  encryptStringAsync: async (text: string) => Buffer.from([...text].reverse().join('')),
  decryptStringAsync: async (sealed: Buffer) => ({
    shouldReEncrypt: false,
    result: [...sealed.toString()].reverse().join(''),
  }),
} satisfies Named<Electron.SafeStorage>

/** The renderer's end: what it sends is kept, what it invokes reaches the handlers above. */
export const ipcRenderer = Object.assign(new EventEmitter(), {
  send: (channel: string) => void state.sentByPage.push(channel),
  invoke: async (channel: string, ...args: unknown[]) => state.commandHandlers.get(channel)?.({}, ...args),
} satisfies Named<Electron.IpcRenderer>)

export const contextBridge = {
  exposeInMainWorld: (name: string, api: unknown) => void state.exposed.set(name, api),
} satisfies Named<Electron.ContextBridge>

/** Path of a file on a disk, or '' for one that a script made. */
export const webUtils = {
  getPathForFile: (file: File) => (file.name.startsWith('made') ? '' : `/photos/${file.name}`),
} satisfies Named<Electron.WebUtils>

const everything = {
  app,
  BrowserWindow,
  contextBridge,
  dialog,
  ipcMain,
  ipcRenderer,
  Menu,
  nativeImage,
  nativeTheme,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  session,
  shell,
  Tray,
  webUtils,
} satisfies { [Name in keyof typeof Electron]?: unknown }
/** electron-store imports the module whole. */
export default everything
