/** The progress of one file: its text, its status with icon and tone, and its bar; the same in list, grid and details. */
import type { UploadStatus } from '../../../shared/upload.ts'
import { useApp } from '../../store/app-store.ts'
import { useIsOnline } from '../../store/connection-store.ts'
import { queueStore, useQueue } from '../../store/queue-store.ts'
import type { ListRow } from '../../store/row-sets.ts'
import { formatPercent } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import styles from './file-progress.module.css'
import { type RowText, rowStallText, rowText } from './row-text.ts'
import { setText } from './set-text.ts'
import { statusStyle } from './status-style.ts'

/** @returns null for a file that is no longer in the list */
export function useRowText(row: ListRow | undefined): RowText | null {
  useText()
  const maxRetries = useApp((app) => app.settings.maxRetries)
  // Of before, and nobody knows whether it is still so.
  const online = useIsOnline()
  const stall = useQueue((state) =>
    row === undefined || !online ? '' : rowStallText(row, state.overview?.stalls ?? []),
  )
  if (row === undefined) return null
  if (row.set === undefined) return rowText(row, maxRetries, Date.now(), stall)
  const { table } = queueStore.getState()
  const files = row.set.itemIds.flatMap((itemId) => table.row(itemId) ?? [])
  return setText(row, files, maxRetries, Date.now(), stall)
}

interface StatusLabelProps {
  readonly status: UploadStatus
  /** Empty for the icon alone. */
  readonly text: string
}

export function StatusLabel({ status, text }: StatusLabelProps) {
  const { icon: Icon, tone } = statusStyle[status]
  return (
    <span className={styles.status} data-tone={tone}>
      <Icon size={15} aria-hidden="true" />
      {text}
    </span>
  )
}

interface FileBarProps {
  readonly status: UploadStatus
  readonly text: RowText
}

export function FileBar({ status, text }: FileBarProps) {
  const t = useText()
  return (
    <ProgressBar
      percent={text.percent}
      ahead={text.aheadPercent}
      style={statusStyle[status].bar}
      label={t('list.progressLabel', { name: text.name })}
      valueText={`${text.status}, ${formatPercent(text.percent)}`}
    />
  )
}
