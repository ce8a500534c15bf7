/** What the stand-in for Electron remembers of one run, and what a test decides for it. */
import type { EventEmitter } from 'node:events'
import type * as Electron from 'electron'
import type { Tray } from './system-stand-in.ts'
import { type BrowserWindow, windows } from './window-stand-in.ts'

export interface State {
  /** What happened, in order. */
  readonly calls: string[]
  userData: string
  /** Command line switches by name. */
  readonly switches: Map<string, string>
  isOnlyInstance: boolean
  schemes: Electron.CustomScheme[]
  readonly protocols: Map<string, (request: Request) => Promise<Response>>
  readonly commandHandlers: Map<string, (event: unknown, ...args: unknown[]) => unknown>
  readonly windows: BrowserWindow[]
  dialogAnswer: Electron.OpenDialogReturnValue
  readonly dialogs: { parent: unknown; options: Electron.OpenDialogOptions }[]
  readonly opened: string[]
  readonly shown: string[]
  readonly errorBoxes: string[]
  /** Which button the next message box is answered with. */
  messageBoxAnswer: number
  readonly messageBoxes: Electron.MessageBoxOptions[]
  saveAnswer: Electron.SaveDialogReturnValue
  readonly notifications: (EventEmitter & { readonly options: Electron.NotificationConstructorOptions })[]
  /** Those that are shown. */
  readonly trays: Tray[]
  /** Ids of the blockers that keep the system awake. */
  readonly awake: Set<number>
  readonly loginItems: Electron.Settings[]
  locale: string
  /** The system's proxies, as Chromium writes them. */
  proxies: string
  readonly exposed: Map<string, unknown>
  readonly sentByPage: string[]
  menu: Electron.MenuItemConstructorOptions[]
  permission: {
    request?: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void
    check?: () => boolean
    device?: () => boolean
  }
  becomeReady: () => void
}

export const ready = { now: Promise.withResolvers<void>() }

export const untouched = (): State => ({
  calls: [],
  userData: '/dev/null/nowhere',
  switches: new Map(),
  isOnlyInstance: true,
  schemes: [],
  protocols: new Map(),
  commandHandlers: new Map(),
  windows,
  dialogAnswer: { canceled: true, filePaths: [] },
  dialogs: [],
  opened: [],
  shown: [],
  errorBoxes: [],
  messageBoxAnswer: 0,
  messageBoxes: [],
  saveAnswer: { canceled: true, filePath: '' },
  notifications: [],
  trays: [],
  awake: new Set(),
  loginItems: [],
  locale: 'en-GB',
  proxies: 'DIRECT',
  exposed: new Map(),
  sentByPage: [],
  menu: [],
  permission: {},
  becomeReady: () => {
    state.calls.push('ready')
    ready.now.resolve()
  },
})

export const state = untouched()

export const record = (call: string) => void state.calls.push(call)
