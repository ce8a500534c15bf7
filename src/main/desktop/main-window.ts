/** The desktop app's one window: opens it, reloads its page after a crash, brings it to the front. */
import { app, BrowserWindow, type IpcMainEvent, type IpcMainInvokeEvent, nativeTheme } from 'electron'
import type { UploadError } from '../../shared/protocol/errors.ts'
import { toUploadError } from '../../shared/protocol/errors.ts'
import type { Settings } from '../../shared/settings.ts'

export interface MainWindowOptions {
  /** The page's address. */
  readonly url: string
  /** Absolute path of the built preload script. */
  readonly preload: string
  /** Absolute path of the app's icon as a PNG, for systems that do not read it from the program. */
  readonly icon: string
  readonly theme: () => Settings['theme']
  readonly report: (error: UploadError) => void
}

/** A page that crashes twice within this time is not reloaded: it would crash for ever. */
const minCrashIntervalMs = 30_000

/** The first paint takes about a second; where it takes longer, each wait is twice the one before. */
const firstPaintMs = 5_000

export class MainWindow {
  readonly #options: MainWindowOptions
  #window: BrowserWindow | null = null
  /** Whether its page has painted: before that it shows itself as soon as it has. */
  #isReady = false

  constructor(options: MainWindowOptions) {
    this.#options = options
  }

  /** The open window, as parent of dialogs; null while none is open. */
  get current(): BrowserWindow | null {
    return this.#window
  }

  /** Opens the window, or brings the open one to the front. */
  show(): void {
    if (this.#window === null) {
      this.#window = this.#open()
      return
    }
    if (!this.#isReady) return
    // One that crashed again at once was left alone; whoever opens the window wants it to work.
    if (this.#window.webContents.isCrashed()) this.#window.webContents.reload()
    if (this.#window.isMinimized()) this.#window.restore()
    this.#window.show()
    this.#window.focus()
  }

  /** Whether a message comes from this window's page: from its main frame, at the page's own origin. */
  isSenderOf({ sender, senderFrame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
    return (
      sender === this.#window?.webContents &&
      senderFrame !== null &&
      senderFrame.parent === null &&
      senderFrame.origin === originOf(this.#options.url)
    )
  }

  #open(): BrowserWindow {
    const { url, preload, icon, theme, report } = this.#options
    const window = new BrowserWindow({
      // Electron remembers size, place and whether it was maximized under this name, across displays.
      name: 'main',
      windowStatePersistence: true,
      width: 1180,
      height: 780,
      minWidth: 480,
      minHeight: 400,
      show: false,
      ...(process.platform === 'linux' ? { icon } : {}),
      backgroundColor: isDark(theme()) ? '#191919' : '#ffffff',
      webPreferences: {
        preload,
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
        devTools: !app.isPackaged,
      },
    })
    const show = () => {
      this.#isReady = true
      window.show()
    }
    const stopWaiting = openInAnyCase(window, show)
    window.once('ready-to-show', () => {
      stopWaiting()
      show()
    })
    window.on('closed', () => {
      stopWaiting()
      this.#window = null
      this.#isReady = false
    })
    reloadAfterCrash(window)
    window.loadURL(url).catch((thrown) => report(toUploadError(thrown)))
    return window
  }
}

/** `URL.origin` would be `null`: Node does not know that the app's scheme is a standard one. */
function originOf(url: string): string {
  const { protocol, host } = new URL(url)
  return `${protocol}//${host}`
}

function isDark(theme: Settings['theme']): boolean {
  return theme === 'auto' ? nativeTheme.shouldUseDarkColors : theme === 'dark'
}

/**
 * Shows a window whose first paint does not come, and loads its page again until it is there. Where Chromium tries the
 * graphics processor and fails in the moment in which the page comes, the page can stay halted for ever; loaded anew it runs.
 * @param show called once, unless the page has painted before
 * @returns stops it
 */
function openInAnyCase(window: BrowserWindow, show: () => void): () => void {
  let waitMs = firstPaintMs
  let isLoaded = false
  window.webContents.on('did-finish-load', () => {
    isLoaded = true
  })
  const lookAgain = () => {
    if (!window.isVisible() && waitMs === firstPaintMs) show()
    if (isLoaded) return
    window.webContents.reload()
    waitMs *= 2
    timer = setTimeout(lookAgain, waitMs)
  }
  let timer = setTimeout(lookAgain, waitMs)
  return () => clearTimeout(timer)
}

/** Uploads continue while a page crashes. Reloaded, it shows them again. */
function reloadAfterCrash(window: BrowserWindow): void {
  let lastCrashMs = 0
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit' || Date.now() - lastCrashMs < minCrashIntervalMs) return
    lastCrashMs = Date.now()
    window.webContents.reload()
  })
}
