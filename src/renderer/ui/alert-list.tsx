/** Commands that failed, and small confirmations: in the open dialog, where the person looks, or else as toasts.tsx shows them. */
import { dismissAlert, useAlerts } from '../store/alert-store.ts'
import { Message } from './message.tsx'

export function Alerts() {
  const alerts = useAlerts((state) => state.alerts)
  return alerts.map(({ id, kind, message, action }) => (
    <Message key={id} kind={kind} words={message} action={action} onDismiss={() => dismissAlert(id)} />
  ))
}
