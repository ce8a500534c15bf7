/**
 * The buttons of a row. Both keep their element while their meaning changes, so that pressing `Pause` with the keyboard
 * leaves the focus on the `Resume` that replaces it.
 */
import type { UploadStatus } from '../../../shared/upload.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { useConnection } from '../../store/connection-store.ts'
import { can } from '../../store/status-groups.ts'
import { type FileActionName, fileActions } from '../file-actions/file-actions.ts'
import { runFileAction } from '../file-actions/run-file-action.ts'
import { useActionLabel } from '../file-actions/use-file-actions.ts'
import styles from './file-row.module.css'

function actionsFor(status: UploadStatus, canShow: boolean): readonly FileActionName[] {
  if (status === 'done') return canShow ? ['open', 'showInFolder'] : ['open', 'copyLink']
  if (can.retry(status)) return ['retry']
  return [can.resume(status) ? 'resume' : 'pause', 'cancel']
}

interface RowActionsProps {
  readonly itemId: string
  readonly status: UploadStatus
  /** Whether Tab stops at these buttons: only in the current row. */
  readonly tabStop: boolean
}

export function RowActions({ itemId, status, tabStop }: RowActionsProps) {
  const run = useCommand()
  const labelOf = useActionLabel()
  const canShow = useApp((app) => app.info?.canShowInFolder ?? false)
  const online = useConnection((connection) => connection.phase === 'online')
  return actionsFor(status, canShow).map((name, index) => {
    const Icon = fileActions[name].icon
    const label = labelOf(name)
    return (
      <button
        type="button"
        key={index === 0 ? 'first' : 'second'}
        className={styles.action}
        aria-label={label}
        title={label}
        tabIndex={tabStop ? 0 : -1}
        disabled={!online}
        onClick={() => void runFileAction(name, run, [itemId])}
      >
        <Icon size={17} stroke={1.7} />
      </button>
    )
  })
}
