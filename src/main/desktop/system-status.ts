/** Tells the system how the uploads go: progress on the app's icon, no sleep while they run, and the login item. */
import { app, type BrowserWindow, powerSaveBlocker } from 'electron'
import type { Overview, Stall, Totals } from '../../shared/feed.ts'
import type { Settings } from '../../shared/settings.ts'
import { isPending, uploadStatuses } from '../../shared/upload.ts'

/** Electron's value for an icon without a progress bar. */
const noProgress = -1
/** The bar moves in whole percents: updating it more often would show nothing new. */
const progressSteps = 100

/** What nobody knows the end of. */
const longWaits: ReadonlySet<Stall['kind']> = new Set(['server-away', 'drive-away', 'timetable'])

export interface SystemStatusOptions {
  readonly settings: () => Settings
  /** The window whose icon shows progress; null while none is open. */
  readonly window: () => BrowserWindow | null
}

/** Number of files that will be uploaded without anybody's help: neither finished nor paused. */
export function filesLeft({ counts }: Totals): number {
  return uploadStatuses.filter(isPending).reduce((sum, status) => sum + counts[status], 0)
}

export class SystemStatus {
  readonly #options: SystemStatusOptions
  #blockerId: number | null = null
  #shown = { progress: noProgress, window: null as BrowserWindow | null }
  #startAtLogin: boolean

  constructor(options: SystemStatusOptions) {
    this.#options = options
    this.#startAtLogin = options.settings().startAtLogin
  }

  /** Applies the present settings and the state of the queue. */
  update({ totals, stalls }: Overview): void {
    const { keepAwake, startAtLogin } = this.#options.settings()
    const { bytesTotal, bytesAcknowledged } = totals
    const isUnfinished = filesLeft(totals) > 0
    // A server or a card may be away all night: that must not drain the battery.
    const isMoving = isUnfinished && !stalls.some(({ kind }) => longWaits.has(kind))
    this.#keepAwake(isMoving && keepAwake)
    const share = bytesTotal > 0 ? bytesAcknowledged / bytesTotal : 0
    this.#showProgress(
      isUnfinished ? Math.floor(share * progressSteps) / progressSteps : noProgress,
      isMoving,
    )
    this.#setStartAtLogin(startAtLogin)
  }

  /** Lets the system sleep again. */
  end(): void {
    this.#keepAwake(false)
  }

  #keepAwake(wanted: boolean): void {
    if (wanted) this.#blockerId ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (this.#blockerId !== null) {
      powerSaveBlocker.stop(this.#blockerId)
      this.#blockerId = null
    }
  }

  #showProgress(progress: number, isMoving: boolean): void {
    const window = this.#options.window()
    if (window === this.#shown.window && progress === this.#shown.progress) return
    this.#shown = { progress, window }
    window?.setProgressBar(progress, { mode: isMoving ? 'normal' : 'paused' })
  }

  /** Acts only when the setting changes here: what the user set in the system itself stays. */
  #setStartAtLogin(wanted: boolean): void {
    if (wanted === this.#startAtLogin) return
    this.#startAtLogin = wanted
    // In development this would register Electron itself. Linux has no such list.
    if (app.isPackaged && process.platform !== 'linux') app.setLoginItemSettings({ openAtLogin: wanted })
  }
}
