/** Ends the app so that the queue is on disk before the process is gone, and never hangs over it. */
import { setTimeout as delay } from 'node:timers/promises'
import { app, BrowserWindow } from 'electron'
import { toUploadError, type UploadError } from '../../shared/errors.ts'
import type { Ferry } from '../ferry.ts'

/** The bundled server is given ten seconds to end; whatever takes longer is cut off, and the journal bears it. */
const longestStopMs = 15_000

/**
 * Holds back the end of the app until the ferry has stopped. When the system itself shuts down there is no such
 * moment on Windows: there the journal holds what it held after the last change, as after a power cut.
 * @param longestMs bound for stopping the ferry, in ms
 */
export function stopBeforeQuit(
  ferry: Ferry,
  report: (error: UploadError) => void,
  longestMs = longestStopMs,
): void {
  let stopping = false
  app.on('before-quit', (event) => {
    event.preventDefault()
    if (stopping) return
    stopping = true
    // Nobody should look at a window that does not answer any more.
    for (const window of BrowserWindow.getAllWindows()) window.hide()
    Promise.race([ferry.stop(), delay(longestMs)])
      .catch((thrown) => report(toUploadError(thrown)))
      .finally(() => app.exit(0))
  })
}
