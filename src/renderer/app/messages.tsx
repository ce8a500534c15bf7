/** Messages that belong to no single file, above the list: lost connection, questions about servers, restart report, notices, uploads from the page. */

import { CardsPanel } from '../features/cards/cards-panel.tsx'
import { MissingFiles } from '../features/intake/missing-files.tsx'
import { PageUploadFailures } from '../features/intake/page-upload-failures.tsx'
import { PageUploadProgress } from '../features/intake/page-upload-progress.tsx'
import { NoticeList } from '../features/notices/notice-list.tsx'
import { OfflinePanel } from '../features/notices/offline-panel.tsx'
import { RestartReport } from '../features/notices/restart-report.tsx'
import { ServerQuestions } from '../features/server-questions/server-questions.tsx'
import { useConnection } from '../store/connection-store.ts'
import { useQueue } from '../store/queue-store.ts'
import { useText } from '../text/use-text.ts'
import styles from './messages.module.css'

export function Messages() {
  const t = useText()
  const offline = useConnection(({ phase }) => phase === 'offline' || phase === 'restarted')
  const hasFiles = useQueue((state) => state.table.size > 0 || state.batchIds.length > 0)
  return (
    <section className={styles.messages} aria-label={t('alerts.region')}>
      {offline && hasFiles && <OfflinePanel />}
      {!offline && <ServerQuestions />}
      <CardsPanel />
      <RestartReport />
      <NoticeList />
      <PageUploadProgress />
      <PageUploadFailures />
      <MissingFiles />
    </section>
  )
}
