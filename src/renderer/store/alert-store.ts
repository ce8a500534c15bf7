/** Messages near the bottom of the window: commands that failed, and small confirmations with a way back. */
import { create } from 'zustand'
import { CommandError } from '../../shared/ipc.ts'
import { errorWords } from '../text/error-text.ts'
import { t } from '../text/i18n.ts'

/** What can be done about a message; pressed, the message goes. */
export interface AlertAction {
  readonly label: string
  readonly run: () => void
}

export interface AlertMessage {
  readonly id: number
  readonly kind: 'error' | 'info'
  readonly message: string
  readonly action?: AlertAction | undefined
}

const mostAlerts = 3
let lastId = 0

export const useAlerts = create<{ readonly alerts: readonly AlertMessage[] }>(() => ({ alerts: [] }))

/** Shows a message; the same words twice are one message, and only the newest few stay. */
export function showAlert(kind: AlertMessage['kind'], message: string, action?: AlertAction): void {
  lastId += 1
  const alert = { id: lastId, kind, message, action }
  useAlerts.setState(({ alerts }) => ({
    alerts: [...alerts.filter((other) => other.message !== message), alert].slice(-mostAlerts),
  }))
}
export function dismissAlert(id: number): void {
  useAlerts.setState(({ alerts }) => ({ alerts: alerts.filter((alert) => alert.id !== id) }))
}

/** The sentence that tells a person why a command failed. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof CommandError) return errorWords(thrown.info)
  return t('alerts.unexpected', { message: thrown instanceof Error ? thrown.message : String(thrown) })
}
