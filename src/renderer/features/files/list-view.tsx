/** Files as a virtual list with columns: only visible rows are in the page, however long the queue is. In the queue's order they stand below headings of their folders. */
import { Box } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'
import type { Shown } from '../../store/list-query.ts'
import { useText } from '../../text/use-text.ts'
import { withElementKeys } from '../../ui/virtual-list/element-slots.ts'
import { renderedRange } from '../../ui/virtual-list/rendered-range.ts'
import { FileMenu } from './file-menu.tsx'
import { FileRow } from './file-row.tsx'
import { FolderHead } from './folder-heads.tsx'
import { ListHead } from './list-head.tsx'
import styles from './list-view.module.css'
import { useFileGrid } from './use-file-grid.ts'
import { groupsBetween, useFolderGroups } from './use-folder-groups.ts'

/** Pixels; the same as in the stylesheet. */
const rowHeight = 52
const headHeight = 32
const folderHeight = 30
/** Room for the selection bar, so that it does not cover the last row. */
const footRoom = 64

interface ListViewProps {
  readonly shown: Shown
  /** Changes whenever the rows may have. */
  readonly version: number
}

export function ListView({ shown, version }: ListViewProps) {
  const ids = shown.rows
  const t = useText()
  const scroller = useRef<HTMLDivElement>(null)
  const currentIndex = useRef(0)
  const { groups, isGrouped } = useFolderGroups(ids, version)
  const starts = useMemo(() => new Set(groups.map(({ from }) => from)), [groups])
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (starts.has(index) ? rowHeight + folderHeight : rowHeight),
    // Another function tells the virtualizer that heights are others.
    getItemKey: useMemo(() => keysFor(starts), [starts]),
    overscan: 3,
    scrollPaddingStart: headHeight + (groups.length > 0 ? folderHeight : 0),
    paddingEnd: footRoom,
    rangeExtractor: (range) => renderedRange(range, currentIndex.current),
  })
  const grid = useFileGrid({
    shown,
    scroller,
    columns: 1,
    page: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2),
    scrollTo: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
  })
  currentIndex.current = grid.current
  const items = virtual.getVirtualItems()
  const lines = withElementKeys(items, grid.current, virtual.isScrolling)
  const startOf = (index: number) =>
    virtual.measurementsCache[index]?.start ?? virtual.getTotalSize() - footRoom
  const { startIndex = 0, endIndex = 0 } = virtual.range ?? {}
  return (
    <div className={styles.scroller} ref={scroller} data-scroller>
      <Box
        component="table"
        role={shown.hasSets ? 'treegrid' : 'grid'}
        data-sets={shown.hasSets || undefined}
        className={styles.grid}
        aria-label={t('list.grid')}
        aria-multiselectable
        aria-rowcount={ids.length + 1}
        aria-colcount={6}
        {...grid.handlers}
      >
        <ListHead />
        <tbody className={styles.rows} style={{ height: virtual.getTotalSize() }}>
          {lines.map(({ index, start, key }) => (
            <FileRow
              key={key}
              id={ids[index] ?? ''}
              index={index}
              top={starts.has(index) ? start + folderHeight : start}
              current={index === grid.current}
              isFocusInside={grid.focus.isInside}
              isGrouped={isGrouped}
              level={shown.hasSets ? (shown.parents.has(ids[index] ?? '') ? 2 : 1) : null}
            />
          ))}
          {groupsBetween(groups, ids.length, startIndex, endIndex).map(({ group, end }) => (
            <FolderHead
              key={group.from}
              group={group}
              files={filesBetween(shown, group.from, end)}
              top={startOf(group.from)}
              height={startOf(end) - startOf(group.from)}
            />
          ))}
        </tbody>
      </Box>
      <FileMenu at={grid.menuAt} onClose={grid.closeMenu} />
    </div>
  )
}

/** Files of the rows from one index to before another: those of an open set are counted with it. */
function filesBetween({ rows, filesOf, parents, hasSets }: Shown, from: number, end: number): number {
  if (!hasSets) return end - from
  let files = 0
  for (let index = from; index < end; index++) {
    const rowId = rows[index] ?? ''
    if (!parents.has(rowId)) files += filesOf(rowId).length
  }
  return files
}

/** A function of its own for each set of heights. */
const keysFor = (_starts: ReadonlySet<number>) => (index: number) => index
