/** Quits the app as the user chooses, and only once the queue is on disk, but never later than fifteen seconds after. */
import { setTimeout as delay } from 'node:timers/promises'
import { app, BrowserWindow, dialog, type Event, type MessageBoxOptions, powerMonitor } from 'electron'
import { outcomeOf } from '../../shared/outcome.ts'
import { toUploadError, type UploadError } from '../../shared/protocol/errors.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Client } from '../client/client.ts'
import { desktopText } from './desktop-text.ts'
import { filesLeft, isGoingOn, type Progress } from './system-status.ts'

/** The bundled server gets ten seconds to end. What takes longer than this is cut off, which the journal survives. */
const maxStopMs = 15_000

export interface QuitFlowOptions {
  readonly client: Pick<Client, 'stop' | 'whenIdle'> & {
    readonly settings: Pick<Client['settings'], 'current'>
  }
  /** Of all files on the list; null before they are known. */
  readonly progress: () => Progress | null
  readonly report: (error: UploadError) => void
  /** The user chose not to quit. */
  readonly onCancel: () => void
  /** The app keeps uploading without its window, then quits. */
  readonly onBackground: () => void
  /** Called before the client is stopped. */
  readonly onStop: () => void
  /** Limit for stopping the client, in ms. */
  readonly maxStopMs?: number
}

/** What the user chose, now or in Settings. */
type Choice = Exclude<Settings['atQuit'], 'ask'> | 'cancel'

export class QuitFlow {
  readonly #options: QuitFlowOptions
  #phase: 'running' | 'asking' | 'finishing' | 'stopping' = 'running'
  #systemShutsDown = false

  /**
   * Delays the app's end until the client has stopped. When the system itself shuts down, nobody is asked and the
   * system is made to wait. Windows cannot be made to wait: there the journal holds the last change, as after a power
   * cut.
   */
  constructor(options: QuitFlowOptions) {
    this.#options = options
    // Electron's types leave the event out; its documentation says that only preventing it makes the system wait.
    powerMonitor.on('shutdown', (event?: Event) => {
      event?.preventDefault()
      this.#systemShutsDown = true
      app.quit()
    })
    app.on('before-quit', (event) => {
      event.preventDefault()
      void this.#quit()
    })
  }

  /** Stops waiting to quit: the user came back to the window. */
  cancel(): void {
    if (this.#phase === 'finishing') this.#phase = 'running'
  }

  async #quit(): Promise<void> {
    if (this.#isIn('stopping') || (this.#phase === 'asking' && !this.#systemShutsDown)) return
    // Quitting a second time means that the user does not want to wait for the uploads.
    if (this.#isIn('finishing')) return this.#stop()
    this.#phase = 'asking'
    const choice = await this.#choose()
    if (this.#isIn('stopping')) return
    if (choice === 'cancel') {
      this.#phase = 'running'
      this.#options.onCancel()
      return
    }
    for (const window of BrowserWindow.getAllWindows()) window.hide()
    if (choice === 'stop' || (await this.#finishUploads())) this.#stop()
  }

  #isIn(phase: 'finishing' | 'stopping'): boolean {
    return this.#phase === phase
  }

  async #choose(): Promise<Choice> {
    const { client } = this.#options
    const progress = this.#options.progress()
    const { atQuit, language } = client.settings.current
    if (this.#systemShutsDown || progress === null || !isGoingOn(progress)) return 'stop'
    if (atQuit !== 'ask') return atQuit
    const choice = await this.#ask(progress, language, false)
    const after = this.#options.progress()
    // Asked once more only: while a card is being read, each answer would come too late.
    const isMore = after !== null && filesLeft(after.totals) > filesLeft(progress.totals)
    return choice === 'stop' && isMore && !this.#systemShutsDown ? this.#ask(after, language, true) : choice
  }

  /** @param isAgain files have arrived since the first question */
  async #ask(progress: Progress, language: Settings['language'], isAgain: boolean): Promise<Choice> {
    const { quit, counts } = desktopText(language)
    const outcome = outcomeOf(progress.totals, progress)
    const choices: readonly Choice[] = ['finish', 'stop', 'cancel']
    const question: MessageBoxOptions = {
      type: 'question',
      message: quit.message(outcome.toDo),
      detail: [...(isAgain ? [quit.more] : []), counts(outcome, progress), quit.detail].join('\n\n'),
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

  /** @returns false when the user came back meanwhile, or the app is stopping already */
  async #finishUploads(): Promise<boolean> {
    this.#phase = 'finishing'
    this.#options.onBackground()
    await this.#options.client.whenIdle()
    return this.#isIn('finishing')
  }

  #stop(): void {
    const { client, report, onStop, maxStopMs: limitMs = maxStopMs } = this.#options
    this.#phase = 'stopping'
    onStop()
    Promise.race([client.stop(), delay(limitMs)])
      .catch((thrown) => report(toUploadError(thrown)))
      .finally(() => app.exit(0))
  }
}
