/** Ends the app as the person wants it, so that the queue is on disk before the process is gone, and never hangs over it. */
import { setTimeout as delay } from 'node:timers/promises'
import { app, BrowserWindow, dialog, type Event, type MessageBoxOptions, powerMonitor } from 'electron'
import { toUploadError, type UploadError } from '../../shared/protocol/errors.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Client } from '../client/client.ts'
import { desktopWords } from './desktop-text.ts'

/** The bundled server is given ten seconds to end; whatever takes longer is cut off, and the journal bears it. */
const longestStopMs = 15_000

export interface QuittingOptions {
  readonly client: Pick<Client, 'stop' | 'settings' | 'whenIdle'>
  /** Files that go on by themselves. */
  readonly filesLeft: () => number
  readonly report: (error: UploadError) => void
  /** The person does not want to quit after all. */
  readonly onStay: () => void
  /** The app goes on without its windows until all is sent. */
  readonly onBackground: () => void
  /** Called before the client is stopped. */
  readonly onStop: () => void
  /** Bound for stopping the client, in ms. */
  readonly longestMs?: number
}

/** What the person chose, now or under Settings. */
type Choice = Exclude<Settings['atQuit'], 'ask'> | 'cancel'

export class Quitting {
  readonly #options: QuittingOptions
  #phase: 'running' | 'asking' | 'finishing' | 'stopping' = 'running'
  #systemEnds = false

  /**
   * Holds back the end of the app until the client has stopped. When the system itself shuts down nobody is asked, and it
   * is asked to wait. Windows gives no such moment: the journal holds what it held after the last change, as after a
   * power cut.
   */
  constructor(options: QuittingOptions) {
    this.#options = options
    // Electron's types leave the event out; its documentation says that only so the system waits.
    powerMonitor.on('shutdown', (event?: Event) => {
      event?.preventDefault()
      this.#systemEnds = true
      app.quit()
    })
    app.on('before-quit', (event) => {
      event.preventDefault()
      void this.#quit()
    })
  }

  /** The person came back to the window: the app goes on after all. */
  stay(): void {
    if (this.#phase === 'finishing') this.#phase = 'running'
  }

  async #quit(): Promise<void> {
    if (this.#isIn('stopping') || (this.#phase === 'asking' && !this.#systemEnds)) return
    // Whoever quits once more does not want to wait until all is sent.
    if (this.#isIn('finishing')) return this.#stop()
    this.#phase = 'asking'
    const choice = await this.#choose()
    if (this.#isIn('stopping')) return
    if (choice === 'cancel') {
      this.#phase = 'running'
      this.#options.onStay()
      return
    }
    for (const window of BrowserWindow.getAllWindows()) window.hide()
    if (choice === 'stop' || (await this.#finished())) this.#stop()
  }

  #isIn(phase: 'finishing' | 'stopping'): boolean {
    return this.#phase === phase
  }

  async #choose(): Promise<Choice> {
    const { client, filesLeft } = this.#options
    const { atQuit, language } = client.settings()
    const left = filesLeft()
    if (this.#systemEnds || left === 0) return 'stop'
    if (atQuit !== 'ask') return atQuit
    const { quit } = desktopWords(language)
    const choices: readonly Choice[] = ['finish', 'stop', 'cancel']
    const question: MessageBoxOptions = {
      type: 'question',
      message: quit.message(left),
      detail: quit.detail,
      buttons: [quit.finish, quit.stop, quit.cancel],
      defaultId: 0,
      cancelId: 2,
    }
    const [window] = BrowserWindow.getAllWindows()
    const { response } = await (window
      ? dialog.showMessageBox(window, question)
      : dialog.showMessageBox(question))
    return choices[response] ?? 'cancel'
  }

  /** False when the person came back meanwhile, or the system ended the app. */
  async #finished(): Promise<boolean> {
    this.#phase = 'finishing'
    this.#options.onBackground()
    await this.#options.client.whenIdle()
    return this.#isIn('finishing')
  }

  #stop(): void {
    const { client, report, onStop, longestMs = longestStopMs } = this.#options
    this.#phase = 'stopping'
    onStop()
    Promise.race([client.stop(), delay(longestMs)])
      .catch((thrown) => report(toUploadError(thrown)))
      .finally(() => app.exit(0))
  }
}
