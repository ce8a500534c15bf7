/** What a user finds in PhotoFerry's window, by role and accessible name; and every problem of the page. */
import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** What browsers print when a key is refused. */
const refusedKey = /status of 40[13]|WebSocket connection to .* failed/

/**
 * What a page meets when PhotoFerry is away or was started anew (which knows no drop of before: 404;
 * which is back between the socket that failed and the question why it did: 426):
 * browsers print it, no page can prevent it.
 */
const refusedConnection =
  /ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|CONTENT_LENGTH_MISMATCH|INCOMPLETE_CHUNKED_ENCODING)|status of (404|426)/

export class WindowPage {
  readonly page: Page
  readonly #problems: string[] = []
  #expected: RegExp | null = null

  constructor(page: Page) {
    this.page = page
    page.on('pageerror', (error) => this.#problems.push(`page error: ${error.stack ?? error.message}`))
    page.on('crash', () => this.#problems.push('the page crashed'))
    page.on('console', (message) => {
      const text = message.text()
      const isExpected = this.#expected?.test(text) ?? false
      if (message.type() === 'error' && !isExpected) this.#problems.push(`console: ${text}`)
    })
  }

  /** CSP violations are told twice: by the console, and by the page's own event, which no console filter can hide. */
  async watchViolations(): Promise<void> {
    await this.page.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', (event) => {
        console.error(`CSP violation of ${event.violatedDirective} by ${event.blockedURI}`)
      })
    })
  }

  /** Page errors, console errors, CSP violations and crashes so far. */
  get problems(): readonly string[] {
    return this.#problems
  }

  /** From now on connections may be refused, for the test ends PhotoFerry; and its key, once it was started again. */
  expectOutage(): void {
    this.#expected = new RegExp(`${refusedConnection.source}|${refusedKey.source}`)
  }

  /**
   * Opens the address that PhotoFerry printed when it was started again, in this very tab: only its key is another one, so
   * that the page stays as it is.
   */
  async openAgain(url: string): Promise<void> {
    await this.page.goto(url)
    await this.restarted.or(this.offline).waitFor({ state: 'hidden' })
  }

  /** From now on the page may be refused, for the test gives it a wrong key. */
  expectRefusal(): void {
    this.#expected = refusedKey
  }

  /** From now on PhotoFerry may refuse a command, for the test asks for what can't be. */
  expectRefusedCommand(): void {
    this.#expected = /status of 400/
  }

  get grid(): Locator {
    // A list in which files belong together is a tree.
    const named = { name: 'Files' }
    return this.page.getByRole('grid', named).or(this.page.getByRole('treegrid', named))
  }

  /** All rows of files that are in the page now. */
  get rows(): Locator {
    return this.grid.locator('tbody').getByRole('row')
  }

  /** @param status the status's word; any when left out */
  row(fileName: string, status = ''): Locator {
    return this.grid.getByRole('row', { name: `${fileName}, ${status}` })
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true })
  }

  /** The bar at the bottom. */
  get totals(): Locator {
    return this.page.locator('footer')
  }

  /** The pane beside the files. */
  get details(): Locator {
    return this.page.getByRole('complementary', { name: 'Details' })
  }

  /** Opens the pane, which is closed until it is asked for. */
  async showDetails(): Promise<void> {
    await this.button('Show details').click()
    await this.details.waitFor()
  }

  /** Opens the failures by reason, and retries all of them. */
  async retryAllFailed(): Promise<void> {
    await this.button('Retry all failed').click()
    const dialog = this.page.getByRole('dialog', { name: /failed$/ })
    await dialog.getByRole('button', { name: 'Retry all', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
  }

  get allStored(): Locator {
    return this.totals.getByText('All files are stored and verified')
  }

  /** Everything is over, and something that was dropped is not stored. */
  get notAllStored(): Locator {
    return this.totals.getByText('Not everything is stored')
  }

  get offline(): Locator {
    return this.page.getByRole('heading', { name: 'Can’t reach PhotoFerry. Reconnecting…' })
  }

  /** What an open page says once another start of PhotoFerry answers. */
  get restarted(): Locator {
    return this.page.getByRole('heading', { name: 'PhotoFerry was restarted' })
  }

  /** Whole percent of one file, or of everything. */
  async percent(of: Locator): Promise<number> {
    return Number(await of.getByRole('progressbar').getAttribute('aria-valuenow'))
  }

  /** Presses Tab, or an arrow in a menu, until this has the focus, as somebody without a mouse does. */
  async tabTo(target: Locator, key: 'Tab' | 'Shift+Tab' | 'ArrowDown' = 'Tab'): Promise<void> {
    for (let presses = 0; presses < 40; presses++) {
      if (await target.evaluate((element) => element === document.activeElement)) return
      await this.page.keyboard.press(key)
    }
    throw new Error(`40 presses of ${key} do not lead to ${target}`)
  }

  async untilFocused(target: Locator): Promise<void> {
    await expect.poll(() => target.evaluate((element) => element === document.activeElement)).toBe(true)
  }

  async untilFocusWithin(target: Locator): Promise<void> {
    await expect.poll(() => target.evaluate((element) => element.contains(document.activeElement))).toBe(true)
  }

  /** Adds a folder of the machine by typing its path into the folder picker. */
  async addFolder(path: string): Promise<void> {
    await this.button('Add folder').click()
    const dialog = this.page.getByRole('dialog', { name: 'Add a folder' })
    await dialog.getByLabel('Folder', { exact: true }).fill(path)
    await dialog.getByLabel('Folder', { exact: true }).press('Enter')
    await dialog
      .getByRole('navigation')
      .locator('[aria-current]', { hasText: lastPart(path) })
      .waitFor()
    await dialog.getByRole('button', { name: 'Choose this folder' }).click()
    await dialog.waitFor({ state: 'hidden' })
  }

  /** Sets in the settings which drops are reviewed before they are uploaded. */
  async setReviews(which: 'Always' | 'Large uploads only' | 'Never'): Promise<void> {
    const dialog = await this.openChecks()
    await dialog.getByText(which, { exact: true }).click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
  }

  /** Opens the settings at the checks that happen before an upload. */
  async openChecks(): Promise<Locator> {
    await this.button('Settings').click()
    const dialog = this.page.getByRole('dialog', { name: 'Settings' })
    await dialog.getByRole('tab', { name: 'Checks' }).click()
    return dialog
  }

  /** Sets another server in the settings. */
  async setServer(url: string, token: string): Promise<void> {
    const dialog = await this.openServerSettings(url, token)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'hidden' })
  }

  /** Opens the settings and types an address and a token, of the server that is there or of a new one, without saving them. */
  async openServerSettings(url: string, token: string): Promise<Locator> {
    await this.button('Settings').click()
    const dialog = this.page.getByRole('dialog', { name: 'Settings' })
    await dialog.getByRole('tab', { name: 'Servers' }).click()
    if ((await dialog.getByLabel('Server address').count()) === 0) {
      await dialog.getByRole('button', { name: 'Add a server' }).click()
      await dialog.getByLabel('Name', { exact: true }).fill('Studio')
    }
    await dialog.getByLabel('Server address').fill(url)
    await dialog.getByLabel('Access token').fill(token)
    return dialog
  }
}

function lastPart(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}
