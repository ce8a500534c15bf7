/** The tray icon (in the menu bar on macOS) while files are uploaded without a window: progress, open, quit. */
import { Menu, type NativeImage, nativeImage, Tray } from 'electron'
import type { Overview } from '../../shared/feed.ts'
import { outcomeOf, percentOf } from '../../shared/outcome.ts'
import type { Settings } from '../../shared/settings.ts'
import { desktopText } from './desktop-text.ts'

export interface TrayIconOptions {
  /** Absolute path of the app's icon as a PNG. */
  readonly icon: string
  /** Absolute path of its outline for the menu bar of macOS; the same at double size lies beside it, with @2x in its name. */
  readonly template: string
  readonly settings: () => Settings
  /** Brings the window back. */
  readonly onOpen: () => void
  /** Quits the app; at once while it is finishing. */
  readonly onQuit: () => void
  /** Whether the app quits by itself once everything is uploaded. */
  readonly isFinishing: () => boolean
}

export class TrayIcon {
  readonly #options: TrayIconOptions
  #tray: Tray | null = null
  /** What is shown now. */
  #shown = ''
  #overview: Overview | null = null

  constructor(options: TrayIconOptions) {
    this.#options = options
  }

  /** Some Linux desktops have no tray. There, starting PhotoFerry again brings the window back. */
  show(): void {
    if (this.#tray !== null) return
    this.#tray = new Tray(this.#image())
    // On macOS a click opens the menu; elsewhere the other mouse button does.
    if (process.platform !== 'darwin') this.#tray.on('click', this.#options.onOpen)
    this.#render()
  }

  hide(): void {
    this.#tray?.destroy()
    this.#tray = null
    this.#shown = ''
  }

  update(overview: Overview): void {
    this.#overview = overview
    this.#render()
  }

  /** macOS takes a black outline, which it colours as the menu bar needs it; the others scale a picture. */
  #image(): NativeImage {
    const { icon, template } = this.#options
    if (process.platform !== 'darwin') return nativeImage.createFromPath(icon).resize({ height: 32 })
    const image = nativeImage.createFromPath(template)
    image.setTemplateImage(true)
    return image
  }

  #render(): void {
    const overview = this.#overview
    if (this.#tray === null || overview === null) return
    const { settings, onOpen, onQuit, isFinishing } = this.#options
    const { tray } = desktopText(settings().language)
    const outcome = outcomeOf(overview.totals, overview)
    const text = tray.progress(outcome, percentOf(overview.totals, outcome), overview)
    const state = `${isFinishing()} ${text}`
    if (state === this.#shown) return
    this.#shown = state
    this.#tray.setToolTip(`PhotoFerry: ${text}`)
    // A new menu each time: Linux does not show changes within a menu.
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: text, enabled: false },
        { type: 'separator' },
        { label: tray.open, click: onOpen },
        { label: isFinishing() ? tray.quitNow : tray.quit, click: onQuit },
      ]),
    )
  }
}
