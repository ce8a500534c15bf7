/** What the system is told while the queue works: progress on the app's icon, and not to go to sleep. */
import { app, type BrowserWindow, powerSaveBlocker } from 'electron'
import type { Overview, Totals } from '../../shared/feed.ts'
import type { Settings } from '../../shared/settings.ts'

/** Takes the progress off the icon. */
const noProgress = -1
/** The icon shows whole percents; telling it less often costs nothing. */
const steps = 100

export interface PresenceOptions {
  readonly settings: () => Settings
  /** The window whose icon shows progress; null while none is open. */
  readonly window: () => BrowserWindow | null
}

/** Files that are neither finished nor paused. */
export function filesGoingOn({ files, counts }: Totals): number {
  return files - counts.done - counts.failed - counts.canceled - counts.paused
}

export class Presence {
  readonly #options: PresenceOptions
  #blocker: number | null = null
  #shown = { progress: noProgress, window: null as BrowserWindow | null }
  #startAtLogin: boolean

  constructor(options: PresenceOptions) {
    this.#options = options
    this.#startAtLogin = options.settings().startAtLogin
  }

  /** Follows what the queue does and what the person set. */
  follow({ totals, stalls }: Overview): void {
    const { keepAwake, startAtLogin } = this.#options.settings()
    const { bytesTotal, bytesAcknowledged } = totals
    const left = filesGoingOn(totals)
    // A server that is away may stay away all night: the battery should not.
    const works = left > 0 && !stalls.some(({ kind }) => kind === 'server-away' || kind === 'timetable')
    this.#keepAwake(works && keepAwake)
    const part = bytesTotal > 0 ? bytesAcknowledged / bytesTotal : 0
    this.#show(left > 0 ? Math.floor(part * steps) / steps : noProgress, works)
    this.#startWithLogin(startAtLogin)
  }

  /** Lets the system sleep again. */
  end(): void {
    this.#keepAwake(false)
  }

  #keepAwake(wanted: boolean): void {
    if (wanted) this.#blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (this.#blocker !== null) {
      powerSaveBlocker.stop(this.#blocker)
      this.#blocker = null
    }
  }

  #show(progress: number, works: boolean): void {
    const window = this.#options.window()
    if (window === this.#shown.window && progress === this.#shown.progress) return
    this.#shown = { progress, window }
    window?.setProgressBar(progress, { mode: works ? 'normal' : 'paused' })
  }

  /** Told only when the person changes it here: what they set in the system itself stays. */
  #startWithLogin(wanted: boolean): void {
    if (wanted === this.#startAtLogin) return
    this.#startAtLogin = wanted
    // A development run would register Electron itself; Linux has no such list.
    if (app.isPackaged && process.platform !== 'linux') app.setLoginItemSettings({ openAtLogin: wanted })
  }
}
