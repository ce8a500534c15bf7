/** The whole window: header, messages, batches beside files, totals; or one page that says what is missing. */
import { BatchRail } from '../batches/batch-rail.tsx'
import { useConnection } from '../bridge/connection.ts'
import { DropTarget } from '../drop/drop-target.tsx'
import { EmptyState } from '../drop/empty-state.tsx'
import { FileList } from '../files/file-list.tsx'
import { ListToolbar } from '../files/list-toolbar.tsx'
import { FolderPicker } from '../folder-picker/folder-picker.tsx'
import { HistoryDialog } from '../history/history-dialog.tsx'
import { Announcer } from '../notices/announcer.tsx'
import { Messages } from '../notices/messages.tsx'
import { OfflinePanel } from '../notices/offline-panel.tsx'
import { SettingsDialog } from '../settings/settings-dialog.tsx'
import { ShortcutsDialog } from '../shortcuts/shortcuts-dialog.tsx'
import { StatusBar } from '../status-bar/status-bar.tsx'
import { useQueue } from '../store/queue-store.ts'
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
        <ListToolbar />
        <FileList />
      </main>
    </>
  )
}

/** All are mounted while they are closed: only so do they know whom to give the focus back to. */
function Dialogs() {
  return (
    <>
      <SettingsDialog />
      <HistoryDialog />
      <ShortcutsDialog />
      <FolderPicker kind="files" />
      <FolderPicker kind="folder" />
    </>
  )
}
