/** The virtual list of files: a grid that holds as many rows in the page as are visible, whatever the queue holds. */
import { Box } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react'
import { everyFile, idsOf } from '../store/list-query.ts'
import { useQueue } from '../store/queue-store.ts'
import { useShownBatch } from '../store/use-shown-batch.ts'
import { useView } from '../store/view-store.ts'
import { useText } from '../text/use-text.ts'
import styles from './file-list.module.css'
import { FileRow } from './file-row.tsx'
import { indexAfterKey } from './grid-keys.ts'
import { useFollowedFocus } from './use-followed-focus.ts'

/** Least heights, as in the styles; a row with much to say grows. */
const wideRow = 68
const narrowRow = 90
const headHeight = 34
const columns = ['name', 'size', 'progress', 'speed', 'actions'] as const

export function FileList() {
  const t = useText()
  const { ids, version } = useShownIds()
  const scroller = useRef<HTMLDivElement>(null)
  const [wanted, setCurrent] = useState(0)
  const current = Math.max(0, Math.min(wanted, ids.length - 1))
  const narrow = useMediaQuery('(max-width: 720px)') ?? false
  const rowHeight = narrow ? narrowRow : wideRow
  // What was measured at one width does not hold at the other: such rows are others.
  const getItemKey = useCallback((index: number) => `${rowHeight} ${ids[index]}`, [ids, rowHeight])
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey,
    overscan: 4,
    scrollPaddingStart: narrow ? 0 : headHeight,
    // The current row stays in the page, so that the focus is not lost when it is scrolled out of sight.
    rangeExtractor: (range) => withIndex(defaultRangeExtractor(range), current, range.count),
  })
  const focusRow = useFollowedFocus(scroller, `${version} ${current} ${rowHeight}`)

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
    const next = indexAfterKey(event.key, current, ids.length, page)
    if (next === null || event.altKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    setCurrent(next)
    virtual.scrollToIndex(next, { align: 'auto' })
    focusRow(next)
  }
  return (
    <div className={styles.scroller} ref={scroller} data-scroller>
      <Box
        component="table"
        role="grid"
        className={styles.grid}
        aria-label={t('list.grid')}
        aria-rowcount={ids.length + 1}
        aria-colcount={5}
        onKeyDown={onKeyDown}
        onFocus={(event) => setCurrent(indexOfRow(event.target) ?? current)}
      >
        <GridHead />
        <tbody className={styles.rows} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => (
            <FileRow
              key={key}
              id={ids[index] ?? ''}
              index={index}
              top={start}
              current={index === current}
              measure={virtual.measureElement}
            />
          ))}
        </tbody>
      </Box>
      {ids.length === 0 && <NothingHere />}
    </div>
  )
}

function GridHead() {
  const t = useText()
  return (
    <thead className={styles.head}>
      <tr aria-rowindex={1} className={styles.headRow}>
        {columns.map((column) => (
          <th key={column} scope="col" className={styles.headCell}>
            {t(`list.columns.${column}`)}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function NothingHere() {
  const t = useText()
  return (
    <div className={styles.nothing}>
      <strong>{t('empty.filtered')}</strong>
      <span>{t('empty.filteredLead')}</span>
    </div>
  )
}

/** Ids of the chosen batch and status; `version` changes whenever they may have changed. */
function useShownIds() {
  const batchId = useShownBatch()
  const filter = useView((view) => view.filter)
  const table = useQueue((state) => state.table)
  const version = useQueue((state) => (filter === 'all' ? state.memberVersion : state.statusVersion))
  return useMemo(
    () => ({ ids: idsOf(table, { ...everyFile, batchId, status: filter }), version }),
    [table, batchId, filter, version],
  )
}

function withIndex(shown: number[], index: number, count: number): number[] {
  if (index >= count || shown.includes(index)) return shown
  return [...shown, index].sort((a, b) => a - b)
}

function indexOfRow(element: Element): number | null {
  const index = element.closest('[data-index]')?.getAttribute('data-index')
  return index === undefined || index === null ? null : Number(index)
}
