/** Notifies the user of a finished batch while the window is not in front. */
import { Notification } from 'electron'
import type { HistoryEntry } from '../../shared/history.ts'
import { outcomeOfEntry } from '../../shared/outcome.ts'
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

/** @param entry of a batch that has just finished; one whose files were all canceled or removed needs no notification */
export function notifyBatchFinished(entry: HistoryEntry, options: BatchNotificationOptions): void {
  const { settings, isWindowInFront, onClick } = options
  if (!settings().notifications || isWindowInFront() || !Notification.isSupported()) return
  const outcome = outcomeOfEntry(entry)
  const { canceled, removed } = outcome.notSent
  if (outcome.dropped === canceled + removed) return
  const text = desktopText(settings().language).batch(entry.name, outcome, entry)
  const notification = new Notification({ ...text, silent: outcome.level === 'all-stored' })
  shown.add(notification)
  notification.once('click', () => {
    shown.delete(notification)
    onClick()
  })
  const letGo = () => void shown.delete(notification)
  notification.once('close', letGo)
  // The system refuses it, as macOS does to an app that is not signed: the window tells the same.
  notification.once('failed', letGo)
  notification.show()
}
