/** Files as a virtual list: a grid with a column for each fact, as many rows in the page as are visible, whatever the queue holds. */
import { Box } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { useText } from '../../text/use-text.ts'
import { slotted } from '../../ui/virtual-list/element-slots.ts'
import { rangeWith } from '../../ui/virtual-list/rendered-range.ts'
import { FileMenu } from './file-menu.tsx'
import { FileRow } from './file-row.tsx'
import { ListHead } from './list-head.tsx'
import styles from './list-view.module.css'
import { useFileGrid } from './use-file-grid.ts'

/** As in the styles. */
const rowHeight = 52
const headHeight = 32
/** Room for the bar of the chosen files, so that the last row is not under it. */
const footRoom = 64

export function ListView({ ids }: { readonly ids: readonly string[] }) {
  const t = useText()
  const scroller = useRef<HTMLDivElement>(null)
  const shownCurrent = useRef(0)
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 3,
    scrollPaddingStart: headHeight,
    paddingEnd: footRoom,
    rangeExtractor: (range) => rangeWith(range, shownCurrent.current),
  })
  const grid = useFileGrid({
    ids,
    scroller,
    columns: 1,
    page: () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2),
    scrollTo: (index) => virtual.scrollToIndex(index, { align: 'auto' }),
  })
  shownCurrent.current = grid.current
  const lines = slotted(virtual.getVirtualItems(), grid.current, virtual.isScrolling)
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
