/** Everything the window has to say that belongs to no single file: lost connection, drops, notices, failures. */
import { useState } from 'react'
import type { ErrorInfo } from '../../shared/protocol/errors.ts'
import { FailedDrops } from '../features/intake/page-upload-failures.tsx'
import { DropProgressPanel } from '../features/intake/page-upload-progress.tsx'
import styles from '../features/notices/notices.module.css'
import { OfflinePanel } from '../features/notices/offline-panel.tsx'
import { RestartReport } from '../features/notices/restart-report.tsx'
import { useConnection } from '../store/connection-store.ts'
import { useQueue } from '../store/queue-store.ts'
import { errorWords } from '../text/error-text.ts'
import { useText } from '../text/use-text.ts'
import { Message } from '../ui/message.tsx'

const noNotices: readonly ErrorInfo[] = []
const keyOf = (notice: ErrorInfo) => `${notice.code} ${notice.message}`

export function Messages() {
  const t = useText()
  const offline = useConnection((connection) => connection.phase === 'offline')
  const hasFiles = useQueue((state) => state.table.size > 0 || state.batchIds.length > 0)
  return (
    <section className={styles.messages} aria-label={t('alerts.region')}>
      {offline && hasFiles && <OfflinePanel />}
      <RestartReport />
      <Notices />
      <DropProgressPanel />
      <FailedDrops />
    </section>
  )
}

function Notices() {
  useText()
  const notices = useQueue((state) => state.overview?.notices ?? noNotices)
  const [dismissed, setDismissed] = useState<ReadonlySet<string>>(new Set())
  const shown = notices.filter((notice) => !dismissed.has(keyOf(notice)))
  return shown.map((notice) => (
    <Message
      key={keyOf(notice)}
      kind="notice"
      words={errorWords(notice)}
      onDismiss={() => setDismissed(new Set([...dismissed, keyOf(notice)]))}
    />
  ))
}
