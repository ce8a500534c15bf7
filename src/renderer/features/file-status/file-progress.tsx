/** How far one file is: its words, its status with icon and tone, and its bar, the same in the list, the grid and the details. */
import type { ItemRow } from '../../../shared/feed.ts'
import type { UploadStatus } from '../../../shared/upload.ts'
import { useApp } from '../../store/app-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { formatPercent } from '../../text/format.ts'
import { stallOfRow } from '../../text/stall-text.ts'
import { useText } from '../../text/use-text.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import styles from './file-progress.module.css'
import { type RowWords, wordsOfRow } from './row-text.ts'
import { statusLook } from './status-style.ts'

/** @returns null for a file that is gone */
export function useRowWords(row: ItemRow | undefined): RowWords | null {
  useText()
  const maxRetries = useApp((app) => app.settings.maxRetries)
  const stall = useQueue((state) => stallOfRow(row, state.overview?.stalls))
  return row === undefined ? null : wordsOfRow(row, maxRetries, Date.now(), stall)
}

interface StatusWordsProps {
  readonly status: UploadStatus
  /** Empty: the icon alone. */
  readonly words: string
}

export function StatusWords({ status, words }: StatusWordsProps) {
  const { icon: Icon, tone } = statusLook[status]
  return (
    <span className={styles.status} data-tone={tone}>
      <Icon size={15} aria-hidden="true" />
      {words}
    </span>
  )
}

interface FileBarProps {
  readonly status: UploadStatus
  readonly words: RowWords
}

export function FileBar({ status, words }: FileBarProps) {
  const t = useText()
  return (
    <ProgressBar
      percent={words.percent}
      ahead={words.aheadPercent}
      look={statusLook[status].bar}
      label={t('list.progressLabel', { name: words.name })}
      valueText={`${words.status}, ${formatPercent(words.percent)}`}
    />
  )
}
