/** Plays Electron's windows and what is in them, for electron-stand-in.ts. */
import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'

/** Every window that was opened. */
export const windows: BrowserWindow[] = []
let onCreated: (contents: WebContents) => void = () => undefined

/** @param listener told of the contents of every new window */
export function whenContentsAreCreated(listener: (contents: WebContents) => void): void {
  onCreated = listener
}

export class WebContents extends EventEmitter {
  mainFrame = { parent: null as unknown, origin: 'app://photoferry' }
  readonly sent: { channel: string; args: unknown[] }[] = []
  destroyed = false
  reloads = 0
  windowOpenHandler: ((details: { url: string }) => { action: string }) | undefined
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
    this.windowOpenHandler = handler
  }
  getURL() {
    return 'app://photoferry/index.html'
  }
  send(channel: string, ...args: unknown[]) {
    this.sent.push({ channel, args })
  }
  crashed = false
  isCrashed() {
    return this.crashed
  }
  isDestroyed() {
    return this.destroyed
  }
  reload() {
    this.reloads += 1
  }
}

export class BrowserWindow extends EventEmitter {
  readonly webContents = new WebContents()
  readonly options: Electron.BrowserWindowConstructorOptions
  readonly calls: string[] = []
  url = ''
  minimized = false
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super()
    this.options = options
    windows.push(this)
    onCreated(this.webContents)
  }
  static getAllWindows() {
    return windows
  }
  async loadURL(url: string) {
    this.url = url
  }
  isMinimized() {
    return this.minimized
  }
  restore() {
    this.calls.push('restore')
  }
  show() {
    this.calls.push('show')
  }
  isVisible() {
    return true
  }
  hide() {
    this.calls.push('hide')
  }
  focus() {
    this.calls.push('focus')
  }
  focused = false
  isFocused() {
    return this.focused
  }
  readonly progress: number[] = []
  setProgressBar(progress: number) {
    this.progress.push(progress)
  }
}
