/** One file as a cell of the grid: thumbnail, status icon, a bar while it is in progress, and its name. */

import { Box } from '@mantine/core'
import { memo } from 'react'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { isFinished } from '../../../shared/upload.ts'
import { useRow } from '../../store/queue-store.ts'
import type { ListRow } from '../../store/row-sets.ts'
import { useIsSelected } from '../../store/selection-store.ts'
import { formatBytes, formatPercent } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { ShortenedName } from '../../ui/shortened-name.tsx'
import { FileBar, StatusLabel, useRowText } from '../file-status/file-progress.tsx'
import { type RowText, rowLabel } from '../file-status/row-text.ts'
import { statusStyle } from '../file-status/status-style.ts'
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
  const selected = useIsSelected(id)
  const text = useRowText(row)
  if (row === undefined || text === null) return null
  const { status } = row.state
  return (
    <Box
      component="td"
      role="gridcell"
      className={styles.cell}
      aria-label={rowLabel(text)}
      aria-colindex={column + 1}
      aria-selected={selected}
      data-index={index}
      data-status={status}
      tabIndex={current ? 0 : -1}
      title={text.detail === '' ? escapeControls(row.relativePath) : text.detail}
    >
      <div className={styles.picture}>
        <Thumbnail itemId={row.set?.itemIds[0] ?? id} path={row.relativePath} size="detail" />
        <div className={styles.badge}>
          <StatusLabel status={status} text="" />
        </div>
        {text.parts !== '' && <div className={styles.parts}>{text.parts}</div>}
        <div className={styles.bar}>
          <FileBar status={status} text={text} />
        </div>
      </div>
      <div className={styles.text}>
        <ShortenedName className={styles.name} name={text.name} />
        <span className={styles.facts} data-tone={statusStyle[status].tone}>
          {factsOf(row, text)}
        </span>
      </div>
    </Box>
  )
})

/** Its size while queued or done, otherwise its status, with the percentage while in progress. */
function factsOf({ state, size, set }: ListRow, { status, percent }: RowText): string {
  const isAlike = set === undefined || set.stored === 0 || set.stored === set.itemIds.length
  if (isAlike && (state.status === 'done' || state.status === 'queued')) return formatBytes(size)
  // What of a set is not stored is said whatever else is.
  if (set !== undefined && set.stored > 0) return status
  return isFinished(state.status) ? status : `${status} ${formatPercent(percent)}`
}
