/** Plays the parts of Electron that speak to the system: sleep, shutdown, the tray and notifications. */
import { EventEmitter } from 'node:events'
import type * as Electron from 'electron'
import { record, state } from './electron-state.ts'

type Named<Api> = { [Name in keyof Api]?: unknown }

export const powerMonitor = new EventEmitter()

let lastBlocker = 0
export const powerSaveBlocker = {
  start: (type: string) => {
    record(`awake: ${type}`)
    state.awake.add(++lastBlocker)
    return lastBlocker
  },
  stop: (id: number) => state.awake.delete(id),
} satisfies Named<Electron.PowerSaveBlocker>

/** The menu that a tray was given last, with its labels and clicks. */
export class Tray extends EventEmitter {
  readonly image: unknown
  toolTip = ''
  menu: Electron.MenuItemConstructorOptions[] = []
  constructor(image: unknown) {
    super()
    this.image = image
    state.trays.push(this)
  }
  setToolTip(text: string) {
    this.toolTip = text
  }
  setContextMenu(menu: Electron.MenuItemConstructorOptions[]) {
    this.menu = menu
  }
  destroy() {
    state.trays.splice(state.trays.indexOf(this), 1)
  }
}

export const nativeImage = {
  createFromPath: (path: string) => ({ resize: (size: object) => ({ path, ...size }) }),
} satisfies Named<typeof Electron.nativeImage>

export class Notification extends EventEmitter {
  readonly options: Electron.NotificationConstructorOptions
  constructor(options: Electron.NotificationConstructorOptions) {
    super()
    this.options = options
  }
  static isSupported() {
    return true
  }
  show() {
    state.notifications.push(this)
  }
}
