/** The top of the window: adding files, and what concerns the whole queue. */
import { Tooltip, UnstyledButton } from '@mantine/core'
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
import { usePick } from '../features/intake/use-file-picker.ts'
import { useConnection } from '../store/connection-store.ts'
import { useQueue } from '../store/queue-store.ts'
import { can, countOf, everything } from '../store/status-groups.ts'
import { openDialog } from '../store/view-store.ts'
import { formatCount } from '../text/format.ts'
import { useText } from '../text/use-text.ts'
import { HeaderButton } from '../ui/header-button.tsx'
import { addFolderId } from '../ui/restore-focus.ts'
import styles from './header.module.css'
import { Logo } from './logo.tsx'
import { PresetButton } from './preset-menu.tsx'
import { ThemeToggle } from './theme-toggle.tsx'

const iconSize = 18

export function Header() {
  const t = useText()
  const pick = usePick()
  const online = useConnection((connection) => connection.phase === 'online')
  return (
    <header className={styles.header}>
      <h1 className={styles.name}>
        <Logo size={28} />
        <span className={styles.nameText}>{t('app.name')}</span>
      </h1>
      <div className={styles.group}>
        <HeaderButton
          label={t('header.addFiles')}
          icon={<IconFilePlus size={iconSize} />}
          disabled={!online}
          primary
          onClick={() => pick('files')}
        />
        <HeaderButton
          id={addFolderId}
          label={t('header.addFolder')}
          icon={<IconFolderPlus size={iconSize} />}
          disabled={!online}
          primary
          onClick={() => pick('folder')}
        />
      </div>
      <div className={styles.group}>
        <PresetButton disabled={!online} />
      </div>
      <QueueButtons online={online} />
      <div className={styles.end}>
        <ThemeToggle />
        <Tooltip label={t('header.history')}>
          <UnstyledButton
            className={styles.iconButton}
            aria-label={t('header.history')}
            disabled={!online}
            onClick={() => openDialog('history')}
          >
            <IconHistory size={20} />
          </UnstyledButton>
        </Tooltip>
        <Tooltip label={t('header.settings')}>
          <UnstyledButton
            className={styles.iconButton}
            aria-label={t('header.settings')}
            disabled={!online}
            onClick={() => openDialog('settings')}
          >
            <IconSettings size={20} />
          </UnstyledButton>
        </Tooltip>
      </div>
    </header>
  )
}

function QueueButtons({ online }: { readonly online: boolean }) {
  const t = useText()
  const run = useCommand()
  const pausable = useQueue((state) => countOf(state.overview?.totals, can.pause))
  const paused = useQueue((state) => countOf(state.overview?.totals, can.resume))
  const failed = useQueue((state) => state.overview?.totals.counts.failed ?? 0)
  return (
    <div className={styles.group}>
      <HeaderButton
        label={t('header.pauseAll')}
        icon={<IconPlayerPause size={iconSize} />}
        disabled={!online || pausable === 0}
        onClick={() => run('queue.pause', everything)}
      />
      <HeaderButton
        label={t('header.resumeAll')}
        icon={<IconPlayerPlay size={iconSize} />}
        disabled={!online || paused === 0}
        onClick={() => run('queue.resume', everything)}
      />
      <HeaderButton
        label={t('header.retryAllFailed')}
        icon={<IconRefresh size={iconSize} />}
        count={failed === 0 ? '' : formatCount(failed)}
        disabled={!online || failed === 0}
        onClick={() => openDialog('failures')}
      />
    </div>
  )
}
