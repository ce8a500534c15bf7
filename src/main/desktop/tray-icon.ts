/** The icon in the system's tray (menu bar on macOS) while files are sent without a window: how far, the way back, the way out. */
import { Menu, nativeImage, Tray } from 'electron'
import type { Overview, Totals } from '../../shared/feed.ts'
import type { Settings } from '../../shared/settings.ts'
import { desktopWords } from './desktop-text.ts'
import { filesGoingOn } from './system-status.ts'

export interface BackgroundIconOptions {
  /** Absolute path of the app's icon as a PNG. */
  readonly icon: string
  readonly settings: () => Settings
  /** Brings the window back. */
  readonly onOpen: () => void
  /** Ends the app now. */
  readonly onQuit: () => void
}

/** Pixels: macOS shows an icon as large as it is, the others scale it. */
const heights = { darwin: 18, other: 32 } as const

export class BackgroundIcon {
  readonly #options: BackgroundIconOptions
  #tray: Tray | null = null
  #text = ''
  #totals: Totals | null = null

  constructor(options: BackgroundIconOptions) {
    this.#options = options
  }

  /** Some desktops of Linux have no tray: there PhotoFerry is started once more to come back. */
  show(): void {
    if (this.#tray !== null) return
    const height = process.platform === 'darwin' ? heights.darwin : heights.other
    this.#tray = new Tray(nativeImage.createFromPath(this.#options.icon).resize({ height }))
    // macOS opens the menu at a click, and the others at the other button.
    if (process.platform !== 'darwin') this.#tray.on('click', this.#options.onOpen)
    this.#tell()
  }

  hide(): void {
    this.#tray?.destroy()
    this.#tray = null
    this.#text = ''
  }

  follow({ totals }: Overview): void {
    this.#totals = totals
    this.#tell()
  }

  #tell(): void {
    if (this.#tray === null || this.#totals === null) return
    const { settings, onOpen, onQuit } = this.#options
    const { background } = desktopWords(settings().language)
    const { bytesAcknowledged, bytesTotal } = this.#totals
    const percent = bytesTotal > 0 ? Math.floor((bytesAcknowledged / bytesTotal) * 100) : 0
    const text = background.progress(filesGoingOn(this.#totals), percent)
    if (text === this.#text) return
    this.#text = text
    this.#tray.setToolTip(`PhotoFerry: ${text}`)
    // Set anew each time: Linux does not see what changes within a menu.
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: text, enabled: false },
        { type: 'separator' },
        { label: background.open, click: onOpen },
        { label: background.quit, click: onQuit },
      ]),
    )
  }
}
