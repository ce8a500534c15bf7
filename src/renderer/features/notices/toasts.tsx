/** Alerts that float over the bottom of the window without moving its content: results of commands, with a way to undo. */
import { Box } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type AlertMessage, dismissAlert, useAlerts } from '../../store/alert-store.ts'
import { useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { Message } from '../../ui/message.tsx'
import styles from './toasts.module.css'

/** Confirmations disappear by themselves, later if they can be undone; errors stay until they are dismissed. */
const shownMs = { plain: 8_000, undoable: 20_000 }

export function Toasts() {
  const t = useText()
  const alerts = useAlerts((state) => state.alerts)
  const isDialogOpen = useView((view) => view.dialog !== null)
  // An open dialog shows the alerts itself: what is behind it cannot be reached.
  if (isDialogOpen) return null
  return (
    <section className={styles.toasts} aria-label={t('alerts.toasts')}>
      {alerts.map((alert) => (
        <Toast key={alert.id} alert={alert} />
      ))}
    </section>
  )
}

function Toast({ alert }: { readonly alert: AlertMessage }) {
  const { id, kind, message, action } = alert
  const [isHeld, setHeld] = useState(false)
  useEffect(() => {
    if (kind === 'error' || isHeld) return
    const timer = setTimeout(() => dismissAlert(id), action === undefined ? shownMs.plain : shownMs.undoable)
    return () => clearTimeout(timer)
  }, [id, kind, action, isHeld])
  const hold = () => setHeld(true)
  const release = () => setHeld(false)
  return (
    <Box
      className={styles.toast}
      data-raised
      onPointerEnter={hold}
      onPointerLeave={release}
      onFocus={hold}
      onBlur={release}
    >
      <Message kind={kind} text={message} action={action} onDismiss={() => dismissAlert(id)} />
    </Box>
  )
}
