/** Files as a virtual list with columns: only visible rows are in the page, however long the queue is. */
import { Box } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { useText } from '../../text/use-text.ts'
import { withElementKeys } from '../../ui/virtual-list/element-slots.ts'
import { renderedRange } from '../../ui/virtual-list/rendered-range.ts'
import { FileMenu } from './file-menu.tsx'
import { FileRow } from './file-row.tsx'
import { ListHead } from './list-head.tsx'
import styles from './list-view.module.css'
import { useFileGrid } from './use-file-grid.ts'

/** Pixels; the same as in the stylesheet. */
const rowHeight = 52
const headHeight = 32
/** Room for the selection bar, so that it does not cover the last row. */
const footRoom = 64

export function ListView({ ids }: { readonly ids: readonly string[] }) {
  const t = useText()
  const scroller = useRef<HTMLDivElement>(null)
  const currentIndex = useRef(0)
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 3,
    scrollPaddingStart: headHeight,
    paddingEnd: footRoom,
    rangeExtractor: (range) => renderedRange(range, currentIndex.current),
  })
  const grid = useFileGrid({
    ids,
    scroller,
    columns: 1,
    page: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2),
    scrollTo: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
  })
  currentIndex.current = grid.current
  const lines = withElementKeys(virtual.getVirtualItems(), grid.current, virtual.isScrolling)
  return (
    <div className={styles.scroller} ref={scroller} data-scroller>
      <Box
        component="table"
        role="grid"
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
              top={start}
              current={index === grid.current}
              isFocusInside={grid.focus.isInside}
            />
          ))}
        </tbody>
      </Box>
      <FileMenu at={grid.menuAt} onClose={grid.closeMenu} />
    </div>
  )
}
