/** Everything the window has to say that belongs to no single file: lost connection, drops, notices, failures. */
import { Alert } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from '@tabler/icons-react'
import { useState } from 'react'
import type { ErrorInfo } from '../../shared/errors.ts'
import { useConnection } from '../bridge/connection.ts'
import { DropProgressPanel } from '../drop/drop-progress-panel.tsx'
import { FailedDrops } from '../drop/failed-drops.tsx'
import { type AlertMessage, dismissAlert, useAlerts } from '../store/alert-store.ts'
import { useQueue } from '../store/queue-store.ts'
import { text } from '../text/text.ts'
import styles from './messages.module.css'
import { OfflinePanel } from './offline-panel.tsx'

const noNotices: readonly ErrorInfo[] = []
const keyOf = (notice: ErrorInfo) => `${notice.code} ${notice.message}`

export function Messages() {
  const offline = useConnection((connection) => connection.phase === 'offline')
  const hasFiles = useQueue((state) => state.table.size > 0 || state.batchIds.length > 0)
  return (
    <section className={styles.messages} aria-label={text.alerts.region}>
      {offline && hasFiles && <OfflinePanel />}
      <Alerts />
      <Notices />
      <DropProgressPanel />
      <FailedDrops />
    </section>
  )
}

function Alerts() {
  const alerts = useAlerts((state) => state.alerts)
  return alerts.map((alert) => (
    <Alert
      key={alert.id}
      role="alert"
      color={alert.kind === 'error' ? 'red' : 'harbor'}
      title={titleOf(alert)}
      icon={alert.kind === 'error' ? <IconAlertTriangle /> : <IconCircleCheck />}
      withCloseButton
      closeButtonLabel={text.alerts.dismiss}
      onClose={() => dismissAlert(alert.id)}
    >
      {alert.message}
    </Alert>
  ))
}

const titleOf = (alert: AlertMessage) => (alert.kind === 'error' ? text.alerts.commandFailed : undefined)

function Notices() {
  const notices = useQueue((state) => state.overview?.notices ?? noNotices)
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set())
  const shown = notices.filter((notice) => !dismissed.has(keyOf(notice)))
  return shown.map((notice) => (
    <Alert
      key={keyOf(notice)}
      role="status"
      color="yellow"
      title={text.alerts.notice}
      icon={<IconInfoCircle />}
      withCloseButton
      closeButtonLabel={text.alerts.dismiss}
      onClose={() => setDismissed(new Set([...dismissed, keyOf(notice)]))}
    >
      {notice.message}
    </Alert>
  ))
}
