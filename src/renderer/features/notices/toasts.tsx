/** Small messages that float over the bottom of the window and push nothing aside: what came of a command, with a way back. */
import { Box } from '@mantine/core'
import { useEffect, useState } from 'react'
import { type AlertMessage, dismissAlert, useAlerts } from '../../store/alert-store.ts'
import { useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import { Message } from '../../ui/message.tsx'
import styles from './notices.module.css'

/** Confirmations go by themselves, those with a way back later; errors stay until they are read. */
const staysMs = { plain: 8_000, undoable: 20_000 }

export function Toasts() {
  const t = useText()
  const alerts = useAlerts((state) => state.alerts)
  const covered = useView((view) => view.dialog !== null)
  // An open dialog shows them itself: nobody looks, or gets by keyboard, to what is behind it.
  if (covered) return null
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
    const timer = setTimeout(() => dismissAlert(id), action === undefined ? staysMs.plain : staysMs.undoable)
    return () => clearTimeout(timer)
  }, [id, kind, action, isHeld])
  const hold = () => setHeld(true)
  const letGo = () => setHeld(false)
  return (
    <Box className={styles.toast} onPointerEnter={hold} onPointerLeave={letGo} onFocus={hold} onBlur={letGo}>
      <Message kind={kind} words={message} action={action} onDismiss={() => dismissAlert(id)} />
    </Box>
  )
}
