/** Messages that float over the window: failed commands, and short confirmations with a way to undo. */
import { create } from 'zustand'
import { CommandError } from '../../shared/ipc.ts'
import { errorText } from '../text/error-text.ts'
import { t } from '../text/i18n.ts'
import { NotConnectedError } from './connection-store.ts'

/** A button inside the message; pressing it also dismisses the message. */
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

/** Shows a message. The same text twice is one message, and only the newest few stay. */
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

/** Shows why a command failed. @param thrown what the command rejected with */
export function showFailure(thrown: unknown): void {
  showAlert('error', failureText(thrown))
}

/** Why a command failed, in the user's language. @param thrown what the command rejected with */
export function failureText(thrown: unknown): string {
  if (thrown instanceof NotConnectedError) return t('offline.command')
  if (thrown instanceof CommandError) return errorText(thrown.info)
  return t('alerts.unexpected', { message: thrown instanceof Error ? thrown.message : String(thrown) })
}
