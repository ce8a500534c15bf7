/** Plays the parts of Electron that speak to the system: sleep, shutdown and notifications. */
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
