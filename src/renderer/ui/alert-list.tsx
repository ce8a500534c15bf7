/** The current alerts inside an open dialog; without one, toasts.tsx shows them. */
import { dismissAlert, useAlerts } from '../store/alert-store.ts'
import { Message } from './message.tsx'

export function AlertList() {
  const alerts = useAlerts((state) => state.alerts)
  return alerts.map(({ id, kind, message, action }) => (
    <Message key={id} kind={kind} text={message} action={action} onDismiss={() => dismissAlert(id)} />
  ))
}
