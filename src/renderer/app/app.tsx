/** The whole window: header, messages, batches beside files, totals; or one page that says what is missing. */
import { BatchRail } from '../batches/batch-rail.tsx'
import { useConnection } from '../bridge/connection.ts'
import { DetailPane } from '../detail/detail-pane.tsx'
import { DropTarget } from '../drop/drop-target.tsx'
import { EmptyState } from '../drop/empty-state.tsx'
import { SurveyDialog } from '../drop/survey-dialog.tsx'
import { FailuresDialog } from '../failures/failures-dialog.tsx'
import { FilesView } from '../files/files-view.tsx'
import { FolderPicker } from '../folder-picker/folder-picker.tsx'
import { HistoryDialog } from '../history/history-dialog.tsx'
import { Announcer } from '../notices/announcer.tsx'
import { Messages } from '../notices/messages.tsx'
import { OfflinePanel } from '../notices/offline-panel.tsx'
import { Toasts } from '../notices/toasts.tsx'
import { SettingsDialog } from '../settings/settings-dialog.tsx'
import { ShortcutsDialog } from '../shortcuts/shortcuts-dialog.tsx'
import { StatusBar } from '../status-bar/status-bar.tsx'
import { useQueue } from '../store/queue-store.ts'
import { useDetailsShown } from '../store/view-store.ts'
import styles from './app.module.css'
import { Header } from './header.tsx'
import { TokenPage } from './token-page.tsx'
import { useAppFacts } from './use-app-facts.ts'

export function App() {
  useAppFacts()
  const phase = useConnection((connection) => connection.phase)
  if (phase === 'no-token' || phase === 'refused') return <TokenPage refused={phase === 'refused'} />
  return (
    <DropTarget>
      <div className={styles.frame}>
        <Header />
        <div className={styles.body}>
          <div className={styles.messages}>
            <Messages />
          </div>
          <Content />
        </div>
        <StatusBar />
      </div>
      <Dialogs />
      <Toasts />
      <Announcer />
    </DropTarget>
  )
}

function Content() {
  const hasFiles = useQueue((state) => state.table.size > 0 || state.batchIds.length > 0)
  const known = useQueue((state) => state.overview !== null && !state.listing)
  const phase = useConnection((connection) => connection.phase)
  if (!hasFiles) {
    return (
      <main className={styles.whole}>
        {phase === 'offline' ? <OfflinePanel large /> : <EmptyState loading={!known} />}
      </main>
    )
  }
  const stale = phase === 'online' ? '' : (styles.stale ?? '')
  return (
    <>
      <div className={`${styles.rail} ${stale}`}>
        <BatchRail />
      </div>
      <main className={`${styles.main} ${stale}`}>
        <FilesView />
      </main>
      <Details stale={stale} />
    </>
  )
}

function Details({ stale }: { readonly stale: string }) {
  if (!useDetailsShown()) return null
  return (
    <div className={`${styles.details} ${stale}`}>
      <DetailPane />
    </div>
  )
}

/** All are mounted while they are closed: only so do they know whom to give the focus back to. */
function Dialogs() {
  return (
    <>
      <SettingsDialog />
      <HistoryDialog />
      <FailuresDialog />
      <ShortcutsDialog />
      <FolderPicker kind="files" />
      <FolderPicker kind="folder" />
      <SurveyDialog />
    </>
  )
}
