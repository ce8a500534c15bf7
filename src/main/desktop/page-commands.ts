/** Sends the window's page what is chosen in the system's menus: at once, or when a page is there. */
import type { WebContents } from 'electron'
import { ipcChannels, type MenuCommand } from '../../shared/preload-api.ts'

export class PageCommands {
  readonly #showWindow: () => void
  /** The page that listens. */
  #page: WebContents | null = null
  readonly #waiting = new Set<MenuCommand>()

  /** @param showWindow opens the window, or brings it to the front */
  constructor(showWindow: () => void) {
    this.#showWindow = showWindow
  }

  send(command: MenuCommand): void {
    this.#waiting.add(command)
    this.#showWindow()
    this.#flush()
  }

  /** @param page that listens from now on; null when it has gone */
  pageListens(page: WebContents | null): void {
    this.#page = page
    this.#flush()
  }

  #flush(): void {
    if (this.#page === null) return
    for (const command of this.#waiting) this.#page.send(ipcChannels.menu, command)
    this.#waiting.clear()
  }
}
