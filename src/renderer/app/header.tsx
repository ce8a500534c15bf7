/** The top of the window: adding files, the preset for new photos, and actions on the whole queue. */
import {
  IconFilePlus,
  IconFolderPlus,
  IconHistory,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconSettings,
} from '@tabler/icons-react'
import { useCommand } from '../bridge/use-bridge.ts'
import { useFilePicker } from '../features/intake/use-file-picker.ts'
import { useIsOnline } from '../store/connection-store.ts'
import { useQueue } from '../store/queue-store.ts'
import { can, countOf, everything } from '../store/status-groups.ts'
import { openDialog } from '../store/view-store.ts'
import { formatCount } from '../text/format.ts'
import { useText } from '../text/use-text.ts'
import { HeaderButton } from '../ui/header-button.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { addFolderId, useRestoredFocus } from '../ui/restore-focus.ts'
import styles from './header.module.css'
import { Logo } from './logo.tsx'
import { PresetMenu } from './preset-menu.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

const iconSize = 18

export function Header() {
  const t = useText()
  const online = useIsOnline()
  return (
    <header className={styles.header}>
      <h1 className={styles.name}>
        <Logo size={28} />
        <span className={styles.nameText}>{t('app.name')}</span>
      </h1>
      <AddButtons online={online} />
      <div className={styles.group}>
        <PresetMenu disabled={!online} />
      </div>
      <QueueButtons online={online} />
      <div className={styles.end}>
        <HeaderButton
          label={t('header.history')}
          icon={<IconHistory size={iconSize} />}
          disabled={!online}
          look="quiet"
          onClick={() => openDialog('history')}
        />
        <ThemeToggle />
        <IconButton
          label={t('header.settings')}
          icon={IconSettings}
          disabled={!online}
          onClick={() => openDialog('settings')}
        />
      </div>
    </header>
  )
}

function AddButtons({ online }: { readonly online: boolean }) {
  const t = useText()
  const pick = useFilePicker()
  return (
    <div className={styles.group}>
      <HeaderButton
        label={t('header.addFiles')}
        icon={<IconFilePlus size={iconSize} />}
        disabled={!online}
        look="primary"
        keepsLabel
        onClick={() => void pick('files')}
      />
      <HeaderButton
        id={addFolderId}
        label={t('header.addFolder')}
        icon={<IconFolderPlus size={iconSize} />}
        disabled={!online}
        look="primary"
        keepsLabel
        onClick={() => void pick('folder')}
      />
    </div>
  )
}

/** Pause or resume, whichever is possible, and a retry where something failed: nothing that would do nothing. */
function QueueButtons({ online }: { readonly online: boolean }) {
  const pausable = useQueue((state) => countOf(state.overview?.totals, can.pause))
  const paused = useQueue((state) => countOf(state.overview?.totals, can.resume))
  const failed = useQueue((state) => state.overview?.totals.counts.failed ?? 0)
  return (
    <>
      {pausable + paused > 0 && <PauseToggle pauses={pausable > 0} online={online} />}
      {failed > 0 && <RetryButton failed={failed} online={online} />}
    </>
  )
}

/** One element whatever it does, so that it keeps the focus when its meaning changes. */
function PauseToggle({ pauses, online }: { readonly pauses: boolean; readonly online: boolean }) {
  const t = useText()
  const run = useCommand()
  const box = useRestoredFocus<HTMLDivElement>()
  const Icon = pauses ? IconPlayerPause : IconPlayerPlay
  return (
    <div className={styles.group} ref={box}>
      <HeaderButton
        label={pauses ? t('header.pauseAll') : t('header.resumeAll')}
        icon={<Icon size={iconSize} />}
        disabled={!online}
        onClick={() => void run(pauses ? 'queue.pause' : 'queue.resume', everything)}
      />
    </div>
  )
}

function RetryButton({ failed, online }: { readonly failed: number; readonly online: boolean }) {
  const t = useText()
  const box = useRestoredFocus<HTMLDivElement>()
  return (
    <div className={styles.group} ref={box}>
      <HeaderButton
        label={t('header.retryAllFailed')}
        icon={<IconRefresh size={iconSize} />}
        count={formatCount(failed)}
        disabled={!online}
        onClick={() => openDialog('failures')}
      />
    </div>
  )
}
