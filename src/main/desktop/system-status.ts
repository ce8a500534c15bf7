/** Tells the system how the uploads go: progress on the app's icon, no sleep while they run, and the login item. */
import { type BrowserWindow, nativeTheme, powerSaveBlocker } from 'electron'
import type { Overview, Stall, Totals } from '../../shared/feed.ts'
import { outcomeOf, percentOf } from '../../shared/outcome.ts'
import { toUploadError, type UploadError } from '../../shared/protocol/errors.ts'
import type { Settings } from '../../shared/settings.ts'
import { isPending, uploadStatuses } from '../../shared/upload.ts'
import { setLoginItem } from './login-item.ts'

/** Electron's value for an icon without a progress bar. */
const noProgress = -1
/** Green, yellow and red on Windows, which alone shows it. */
type ProgressMode = 'normal' | 'paused' | 'error'

function modeOf(isMoving: boolean, hasFailed: boolean): ProgressMode {
  if (hasFailed) return 'error'
  return isMoving ? 'normal' : 'paused'
}

/** What nobody knows the end of. */
const longWaits: ReadonlySet<Stall['kind']> = new Set(['server-away', 'drive-away', 'timetable'])

export interface SystemStatusOptions {
  readonly settings: () => Settings
  readonly report: (error: UploadError) => void
  /** The window whose icon shows progress; null while none is open. */
  readonly window: () => BrowserWindow | null
}

/** What is shown of the queue before the app may quit. */
export type Progress = Pick<Overview, 'totals' | 'scanning' | 'checking'>

/** Whether anything will still happen without anybody's help: uploads, reading of folders, a last look at originals. */
export function isGoingOn({ totals, scanning, checking }: Progress): boolean {
  return filesLeft(totals) > 0 || scanning || checking
}

/** Number of files that will be uploaded without anybody's help: neither finished nor paused. */
export function filesLeft({ counts }: Totals): number {
  return uploadStatuses.filter(isPending).reduce((sum, status) => sum + counts[status], 0)
}

export class SystemStatus {
  readonly #options: SystemStatusOptions
  #blockerId: number | null = null
  #shown: { progress: number; mode: ProgressMode; window: BrowserWindow | null } = {
    progress: noProgress,
    mode: 'normal',
    window: null,
  }
  #startAtLogin: boolean

  constructor(options: SystemStatusOptions) {
    this.#options = options
    this.#startAtLogin = options.settings().startAtLogin
  }

  /** Applies the present settings and the state of the queue. */
  update(overview: Overview): void {
    const { totals, stalls } = overview
    const { keepAwake, startAtLogin, theme } = this.#options.settings()
    // For what the system draws: title bars, menus, dialogs.
    nativeTheme.themeSource = theme === 'auto' ? 'system' : theme
    const isUnfinished = isGoingOn(overview)
    // A server or a card may be away all night: that must not drain the battery.
    const isMoving = isUnfinished && !stalls.some(({ kind }) => longWaits.has(kind))
    this.#keepAwake(isMoving && keepAwake)
    const outcome = outcomeOf(totals, overview)
    const progress = isUnfinished ? percentOf(totals, outcome) / 100 : noProgress
    this.#showProgress(progress, modeOf(isMoving, outcome.notSent.failed > 0))
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

  #showProgress(progress: number, mode: ProgressMode): void {
    const window = this.#options.window()
    const { progress: shown, mode: shownMode } = this.#shown
    if (window === this.#shown.window && progress === shown && mode === shownMode) return
    this.#shown = { progress, mode, window }
    window?.setProgressBar(progress, { mode })
  }

  /** Acts only when the setting changes here: what the user set in the system itself stays. */
  #setStartAtLogin(wanted: boolean): void {
    if (wanted === this.#startAtLogin) return
    this.#startAtLogin = wanted
    try {
      setLoginItem(wanted)
    } catch (thrown) {
      this.#options.report(toUploadError(thrown))
    }
  }
}
