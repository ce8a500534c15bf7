/** One file as a picture of the grid, with a sign of its status, a bar while it is under way, and its name. */
import { Box } from '@mantine/core'
import { memo } from 'react'
import type { ItemRow } from '../../../shared/feed.ts'
import { isFinished } from '../../../shared/upload.ts'
import { useRow } from '../../store/queue-store.ts'
import { useIsChosen } from '../../store/selection-store.ts'
import { formatBytes, formatPercent, splitName } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { FileBar, StatusWords, useRowWords } from '../file-status/file-progress.tsx'
import { type RowWords, rowLabel } from '../file-status/row-text.ts'
import { statusLook } from '../file-status/status-style.ts'
import { Thumbnail } from '../thumbnail/thumbnail.tsx'
import styles from './grid-view.module.css'

interface FileCellProps {
  readonly id: string
  readonly index: number
  readonly column: number
  readonly current: boolean
}

export const FileCell = memo(function FileCell({ id, index, column, current }: FileCellProps) {
  useText()
  const row = useRow(id)
  const chosen = useIsChosen(id)
  const words = useRowWords(row)
  if (row === undefined || words === null) return null
  const { status } = row.state
  const { head, tail } = splitName(words.name)
  return (
    <Box
      component="td"
      role="gridcell"
      className={styles.cell}
      aria-label={rowLabel(words)}
      aria-colindex={column + 1}
      aria-selected={chosen}
      data-index={index}
      data-status={status}
      tabIndex={current ? 0 : -1}
      title={words.detail === '' ? row.relativePath : words.detail}
    >
      <div className={styles.picture}>
        <Thumbnail itemId={id} path={row.relativePath} size="detail" />
        <div className={styles.badge}>
          <StatusWords status={status} words="" />
        </div>
        <div className={styles.bar}>
          <FileBar status={status} words={words} />
        </div>
      </div>
      <div className={styles.words}>
        <bdi className={styles.name}>
          <span className={styles.head}>{head}</span>
          <span className={styles.tail}>{tail}</span>
        </bdi>
        <span className={styles.facts} data-tone={statusLook[status].tone}>
          {factsOf(row, words)}
        </span>
      </div>
    </Box>
  )
})

/** How large it is, or how far it is, or how it ended. */
function factsOf({ state, size }: ItemRow, { status, percent }: RowWords): string {
  if (state.status === 'done' || state.status === 'queued') return formatBytes(size)
  return isFinished(state.status) ? status : `${status} ${formatPercent(percent)}`
}
