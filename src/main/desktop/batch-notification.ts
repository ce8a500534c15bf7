/** Tells the person of a batch that came to its end, while the window is not in front. */
import { Notification } from 'electron'
import type { HistoryEntry } from '../../shared/history.ts'
import type { Settings } from '../../shared/settings.ts'
import { desktopWords } from './desktop-text.ts'

export interface NotifyingOptions {
  readonly settings: () => Settings
  /** Whether the person is looking at the window. */
  readonly isInFront: () => boolean
  /** Brings the window to the front. */
  readonly onClick: () => void
}

/** A notification that is not held is collected, and its click with it. */
const held = new Set<Notification>()

/** @param entry of a batch that came to its end just now */
export function notifyOf({ name, counts }: HistoryEntry, options: NotifyingOptions): void {
  const { settings, isInFront, onClick } = options
  if (!settings().notifications || isInFront() || !Notification.isSupported()) return
  if (counts.done + counts.failed === 0) return
  const words = desktopWords(settings().language)
  const text =
    counts.failed > 0 ? words.batchNeedsYou(name, counts.failed) : words.batchDone(name, counts.done)
  const notification = new Notification({ ...text, silent: counts.failed === 0 })
  held.add(notification)
  notification.once('click', () => {
    held.delete(notification)
    onClick()
  })
  notification.once('close', () => held.delete(notification))
  notification.show()
}
