/** The whole window: header, messages, batches beside files and details, totals, dialogs; or the page for a missing key. */
import { BatchRail } from '../features/batches/batch-rail.tsx'
import { ConfirmationDialog } from '../features/confirmation/confirmation-dialog.tsx'
import { DetailPane } from '../features/detail/detail-pane.tsx'
import { FailuresDialog } from '../features/failures/failures-dialog.tsx'
import { FilesView } from '../features/files/files-view.tsx'
import { FolderPicker } from '../features/folder-picker/folder-picker.tsx'
import { HistoryDialog } from '../features/history/history-dialog.tsx'
import { DropTarget } from '../features/intake/drop-target.tsx'
import { EmptyState } from '../features/intake/empty-state.tsx'
import { NamingDialog } from '../features/naming/naming-dialog.tsx'
import { Announcer } from '../features/notices/announcer.tsx'
import { OfflinePanel } from '../features/notices/offline-panel.tsx'
import { Toasts } from '../features/notices/toasts.tsx'
import { ConnectDialog } from '../features/settings/connect-dialog.tsx'
import { SettingsDialog } from '../features/settings/settings-dialog.tsx'
import { ShortcutsDialog } from '../features/shortcuts/shortcuts-dialog.tsx'
import { StatusBar } from '../features/status-bar/status-bar.tsx'
import { SurveyDialog } from '../features/survey/survey-dialog.tsx'
import { useConnection } from '../store/connection-store.ts'
import { useQueue } from '../store/queue-store.ts'
import { useDetailsShown } from '../store/view-store.ts'
import styles from './app.module.css'
import { Header } from './header.tsx'
import { Messages } from './messages.tsx'
import { TokenPage } from './token-page.tsx'
import { useAppInfo } from './use-app-info.ts'
import { useSystemMenu } from './use-system-menu.ts'

export function App() {
  useAppInfo()
  useSystemMenu()
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
        {phase === 'offline' || phase === 'restarted' ? (
          <OfflinePanel large />
        ) : (
          <EmptyState loading={!known} />
        )}
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

/** All stay mounted while they are closed, so that each can return the focus to the element that opened it. */
function Dialogs() {
  return (
    <>
      <SettingsDialog />
      <ConnectDialog />
      <NamingDialog />
      <HistoryDialog />
      <FailuresDialog />
      <ShortcutsDialog />
      <FolderPicker kind="files" />
      <FolderPicker kind="folder" />
      <SurveyDialog />
      <ConfirmationDialog />
    </>
  )
}
