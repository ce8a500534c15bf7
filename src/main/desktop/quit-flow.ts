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
    readonly intake: Pick<Client['intake'], 'isAwaited'>
    readonly settings: Pick<Client['settings'], 'current'>
  }
  /** Of all files on the list at this moment. */
  readonly progress: () => Progress
  /** Absolute path of the app's icon as a PNG. */
  readonly icon: string
  readonly report: (error: UploadError) => void
  /** The user chose not to quit. */
  readonly onCancel: () => void
  /** The app goes on without its window. */
  readonly onBackground: () => void
  /** Called before the client is stopped. */
  readonly onStop: () => void
  /** Called when it has stopped, right before the app exits. */
  readonly onExit: () => void
  /** Limit for stopping the client, in ms. */
  readonly maxStopMs?: number
}

/** What the user chose, now or in Settings. */
type Choice = Exclude<Settings['atQuit'], 'ask'> | 'cancel'

export class QuitFlow {
  readonly #options: QuitFlowOptions
  #phase: 'running' | 'asking' | 'finishing' | 'stopping' = 'running'

  /**
   * Delays the app's end until the client has stopped. When the system ends it, nobody is asked. At a shutdown the
   * system is made to wait, except on Windows: there the journal holds the last change, as after a power cut.
   */
  constructor(options: QuitFlowOptions) {
    this.#options = options
    // Electron's types leave the event out; its documentation says that only preventing it makes the system wait.
    powerMonitor.on('shutdown', (event?: Event) => {
      event?.preventDefault()
      this.#stop()
    })
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      // Electron's own handler would ask, and only a first listener takes its place; that of conf would end the process at once.
      process.removeAllListeners(signal).on(signal, () => this.#stop())
    }
    app.on('browser-window-created', (_event, window) => this.#watch(window))
    app.on('before-quit', (event) => {
      event.preventDefault()
      void this.#quit()
    })
  }

  /** Whether the app quits once everything is uploaded. */
  get isFinishing(): boolean {
    return this.#isIn('finishing')
  }

  /** Whether the app is ending: nothing keeps it any more. */
  get isStopping(): boolean {
    return this.#isIn('stopping')
  }

  /** Stops waiting to quit: the user came back to the window. */
  cancel(): void {
    if (this.#phase === 'finishing') this.#phase = 'running'
  }

  /** Where the app ends with its window, the window stays until the person has answered. */
  #watch(window: BrowserWindow): void {
    if (process.platform !== 'darwin')
      window.on('close', (event) => {
        event.preventDefault()
        if (!this.#options.client.settings.current.closeToTray) return app.quit()
        window.hide()
        this.#options.onBackground()
      })
    if (process.platform === 'win32') window.on('query-session-end', () => this.#stop())
  }

  async #quit(): Promise<void> {
    if (this.#isIn('stopping') || this.#phase === 'asking') return
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
    if (choice === 'stop' || (await this.#finishUploads())) this.#stop()
  }

  #isIn(phase: 'finishing' | 'stopping'): boolean {
    return this.#phase === phase
  }

  async #choose(): Promise<Choice> {
    const { client, progress } = this.#options
    const { atQuit, language } = client.settings.current
    const before = progress()
    if (!isGoingOn(before) && !client.intake.isAwaited) return 'stop'
    // What waits for an answer would be gone without one.
    if (atQuit !== 'ask' && !client.intake.isAwaited) return atQuit
    const choice = await this.#ask(before, language, false)
    if (choice !== 'stop' || this.#isIn('stopping')) return choice
    const after = progress()
    // Asked once more only: while a card is being read, each answer would come too late.
    const isMore = filesLeft(after.totals) > filesLeft(before.totals)
    return isMore ? this.#ask(after, language, true) : choice
  }

  /** @param isAgain files have arrived since the first question */
  async #ask(progress: Progress, language: Settings['language'], isAgain: boolean): Promise<Choice> {
    const { quit, counts } = desktopText(language)
    const outcome = outcomeOf(progress.totals, progress)
    const choices: readonly Choice[] = ['finish', 'stop', 'cancel']
    const question: MessageBoxOptions = {
      type: 'question',
      title: 'PhotoFerry',
      icon: this.#options.icon,
      message: quit.message(outcome.toDo),
      detail: [
        ...(isAgain ? [quit.more] : []),
        ...(this.#options.client.intake.isAwaited ? [quit.unanswered] : []),
        counts(outcome, progress),
        quit.detail,
      ].join('\n\n'),
      buttons: [quit.finish, quit.stop, quit.cancel],
      defaultId: 0,
      cancelId: 2,
    }
    // One that is hidden would hide the question too.
    const window = BrowserWindow.getAllWindows().find((each) => each.isVisible())
    const { response } = await (window
      ? dialog.showMessageBox(window, question)
      : dialog.showMessageBox(question))
    return choices[response] ?? 'cancel'
  }

  /** @returns false when the user came back meanwhile, or the app is stopping already */
  async #finishUploads(): Promise<boolean> {
    this.#phase = 'finishing'
    hideWindows()
    this.#options.onBackground()
    await this.#options.client.whenIdle()
    return this.#isIn('finishing')
  }

  #stop(): void {
    if (this.#isIn('stopping')) return
    const { client, report, onStop, onExit, maxStopMs: limitMs = maxStopMs } = this.#options
    this.#phase = 'stopping'
    hideWindows()
    onStop()
    Promise.race([client.stop(), delay(limitMs)])
      .catch((thrown) => report(toUploadError(thrown)))
      .finally(() => {
        onExit()
        app.exit(0)
      })
  }
}

function hideWindows(): void {
  for (const window of BrowserWindow.getAllWindows()) window.hide()
}
