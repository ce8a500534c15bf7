/**
 * The buttons of a row. Both keep their element while their meaning changes, so that pressing `Pause` with the keyboard
 * leaves the focus on the `Resume` that replaces it.
 */
import type { UploadStatus } from '../../../shared/upload.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { useConnection } from '../../store/connection-store.ts'
import { queueStore } from '../../store/queue-store.ts'
import type { ListRow } from '../../store/row-sets.ts'
import { can } from '../../store/status-groups.ts'
import { affectedIds, type FileActionName, fileActions } from '../file-actions/file-actions.ts'
import { runFileAction } from '../file-actions/run-file-action.ts'
import { useActionLabel } from '../file-actions/use-file-actions.ts'
import styles from './file-row.module.css'

/** @param statuses of the row's files: what is done to a set is done to each of its files that it applies to */
function actionsFor(statuses: readonly UploadStatus[], canShow: boolean): readonly FileActionName[] {
  const [status = 'done'] = statuses
  if (statuses.length > 1 && statuses.some((other) => other !== status)) return actionsForMixed(statuses)
  if (status === 'done') return canShow ? ['open', 'showInFolder'] : ['open', 'copyLink']
  if (can.retry(status)) return ['retry']
  return [can.resume(status) ? 'resume' : 'pause', 'cancel']
}

function actionsForMixed(statuses: readonly UploadStatus[]): readonly FileActionName[] {
  const goesOn: FileActionName[] = statuses.some(can.pause)
    ? ['pause', 'cancel']
    : statuses.some(can.resume)
      ? ['resume', 'cancel']
      : []
  return statuses.some(can.retry) ? ['retry', ...goesOn.slice(-1)] : goesOn
}

interface RowActionsProps {
  readonly row: ListRow
  /** Whether Tab stops at these buttons: only in the current row. */
  readonly tabStop: boolean
}

export function RowActions({ row, tabStop }: RowActionsProps) {
  const run = useCommand()
  const labelOf = useActionLabel()
  const canShow = useApp((app) => app.info?.canShowInFolder ?? false)
  const online = useConnection((connection) => connection.phase === 'online')
  const { table } = queueStore.getState()
  const itemIds = row.set?.itemIds ?? [row.id]
  const statusOf = (itemId: string) => table.row(itemId)?.state.status
  const statuses = itemIds.flatMap((itemId) => statusOf(itemId) ?? [])
  const affectedOf = (name: FileActionName) =>
    fileActions[name].single ? itemIds.slice(0, 1) : affectedIds(name, itemIds, statusOf)
  return actionsFor(statuses, canShow).map((name, index) => {
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
        onClick={() => void runFileAction(name, run, affectedOf(name))}
      >
        <Icon size={17} stroke={1.7} />
      </button>
    )
  })
}
