/** One file as a picture of the grid, with a sign of its status, a bar while it is under way, and its name. */
import { Box } from '@mantine/core'
import { memo } from 'react'
import { useIsChosen } from '../selection/selection-store.ts'
import { useApp } from '../store/app-store.ts'
import { useQueue, useRow } from '../store/queue-store.ts'
import { formatBytes, formatPercent, splitName } from '../text/format.ts'
import { useText } from '../text/use-text.ts'
import { Thumbnail } from '../thumbnail/thumbnail.tsx'
import rowStyles from './file-row.module.css'
import styles from './grid-view.module.css'
import { ProgressBar } from './progress-bar.tsx'
import { rowLabel, wordsOfRow } from './row-words.ts'
import { stallOfRow } from './stall-words.ts'
import { statusLook } from './status-look.ts'

interface FileCellProps {
  readonly id: string
  readonly index: number
  readonly column: number
  readonly current: boolean
}

export const FileCell = memo(function FileCell({ id, index, column, current }: FileCellProps) {
  const t = useText()
  const row = useRow(id)
  const chosen = useIsChosen(id)
  const maxRetries = useApp((app) => app.settings.maxRetries)
  const stall = useQueue((state) => stallOfRow(row, state.overview?.stalls))
  if (row === undefined) return null
  const words = wordsOfRow(row, maxRetries, Date.now(), stall)
  const look = statusLook[row.state.status]
  const { head, tail } = splitName(words.name)
  const isPlain = row.state.status === 'done' || row.state.status === 'queued'
  return (
    <Box
      component="td"
      role="gridcell"
      className={styles.cell}
      aria-label={rowLabel(words)}
      aria-colindex={column + 1}
      aria-selected={chosen}
      data-index={index}
      data-status={row.state.status}
      tabIndex={current ? 0 : -1}
      title={words.detail === '' ? row.relativePath : words.detail}
    >
      <div className={styles.picture}>
        <Thumbnail itemId={id} path={row.relativePath} size="detail" />
        <span className={`${styles.badge} ${rowStyles.status}`} data-tone={look.tone}>
          <look.icon size={14} aria-hidden="true" />
        </span>
        <div className={styles.bar}>
          <ProgressBar
            percent={words.percent}
            ahead={words.aheadPercent}
            look={look.bar}
            label={t('list.progressLabel', { name: words.name })}
            valueText={`${words.status}, ${formatPercent(words.percent)}`}
          />
        </div>
      </div>
      <div className={styles.words}>
        <bdi className={styles.name}>
          <span className={styles.head}>{head}</span>
          <span className={styles.tail}>{tail}</span>
        </bdi>
        <span className={styles.facts} data-tone={look.tone}>
          {isPlain ? formatBytes(row.size) : `${words.status} ${formatPercent(words.percent)}`}
        </span>
      </div>
    </Box>
  )
})
