/**
 * The buttons of one row. Two places whose buttons keep their element while their meaning changes:
 * pressing `Pause` with the keyboard leaves the focus on the `Resume` that takes its place.
 */
import { UnstyledButton } from '@mantine/core'
import {
  IconDownload,
  IconExternalLink,
  IconFolderOpen,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconX,
} from '@tabler/icons-react'
import type { ComponentType } from 'react'
import type { CommandName } from '../../shared/ipc.ts'
import type { UploadStatus } from '../../shared/upload.ts'
import { useConnection } from '../bridge/connection.ts'
import { type RunCommand, useBridge, useCommand } from '../bridge/use-bridge.ts'
import { useApp } from '../store/app-store.ts'
import { can } from '../store/status-groups.ts'
import { useText } from '../text/use-text.ts'
import styles from './file-row.module.css'

interface Action {
  /** As in the words of the list. */
  readonly name: 'pause' | 'resume' | 'retry' | 'cancel' | 'open' | 'download' | 'showInFolder'
  readonly icon: ComponentType<{ readonly size: number }>
  readonly run: (run: RunCommand, itemId: string) => Promise<unknown>
}

const onItem = (name: Extract<CommandName, `queue.${string}`>) => (run: RunCommand, itemId: string) =>
  run(name, { itemIds: [itemId] })

const pause: Action = { name: 'pause', icon: IconPlayerPause, run: onItem('queue.pause') }
const resume: Action = { name: 'resume', icon: IconPlayerPlay, run: onItem('queue.resume') }
const retry: Action = { name: 'retry', icon: IconRefresh, run: onItem('queue.retry') }
const cancel: Action = { name: 'cancel', icon: IconX, run: onItem('queue.cancel') }
const open: Action = {
  name: 'open',
  icon: IconExternalLink,
  run: (run, itemId) => run('item.open', { itemId }),
}
const download: Action = {
  name: 'download',
  icon: IconDownload,
  run: async (run, itemId) => {
    const answer = await run('item.open', { itemId })
    // Stored files come as attachments: the tab closes itself and the download begins.
    if (answer?.url) window.open(answer.url, '_blank', 'noopener')
  },
}
const showInFolder: Action = {
  name: 'showInFolder',
  icon: IconFolderOpen,
  run: (run, itemId) => run('item.showInFolder', { itemIds: [itemId] }),
}

interface Abilities {
  readonly mode: 'desktop' | 'browser'
  readonly canShow: boolean
}

function actionsFor(status: UploadStatus, { mode, canShow }: Abilities): readonly Action[] {
  const get = mode === 'browser' ? download : open
  if (status === 'done') return canShow ? [get, showInFolder] : [get]
  if (can.retry(status)) return [retry]
  return [can.resume(status) ? resume : pause, cancel]
}

interface RowActionsProps {
  readonly itemId: string
  readonly status: UploadStatus
  /** Whether Tab stops at these buttons: it does in the list's current row. */
  readonly tabStop: boolean
}

export function RowActions({ itemId, status, tabStop }: RowActionsProps) {
  const t = useText()
  const run = useCommand()
  const { mode } = useBridge()
  const canShow = useApp((app) => app.info?.canShowInFolder ?? false)
  const online = useConnection((connection) => connection.phase === 'online')
  return actionsFor(status, { mode, canShow }).map((action, place) => (
    <UnstyledButton
      key={place === 0 ? 'first' : 'second'}
      className={styles.action}
      aria-label={t(`list.${action.name}`)}
      title={t(`list.${action.name}`)}
      tabIndex={tabStop ? 0 : -1}
      disabled={!online}
      onClick={() => void action.run(run, itemId)}
    >
      <action.icon size={18} />
    </UnstyledButton>
  ))
}
