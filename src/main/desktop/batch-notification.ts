/** Notifies the user of a finished batch while the window is not in front. */
import { Notification } from 'electron'
import type { HistoryEntry } from '../../shared/history.ts'
import type { Settings } from '../../shared/settings.ts'
import { desktopText } from './desktop-text.ts'

export interface BatchNotificationOptions {
  readonly settings: () => Settings
  readonly isWindowInFront: () => boolean
  /** Brings the window to the front. */
  readonly onClick: () => void
}

/** References to the notifications on screen: without one, a notification is garbage-collected, and its click with it. */
const shown = new Set<Notification>()

/** @param entry of a batch that has just finished; one without a stored or failed file is not worth a notification */
export function notifyBatchFinished({ name, counts }: HistoryEntry, options: BatchNotificationOptions): void {
  const { settings, isWindowInFront, onClick } = options
  if (!settings().notifications || isWindowInFront() || !Notification.isSupported()) return
  if (counts.done + counts.failed === 0) return
  const { batchDone, batchFailed } = desktopText(settings().language)
  const text = counts.failed > 0 ? batchFailed(name, counts.failed) : batchDone(name, counts.done)
  const notification = new Notification({ ...text, silent: counts.failed === 0 })
  shown.add(notification)
  notification.once('click', () => {
    shown.delete(notification)
    onClick()
  })
  notification.once('close', () => shown.delete(notification))
  notification.show()
}
