/** Files as a virtual grid of thumbnails: as many per line as fit, and only visible lines in the page. */
import { Box } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, useEffect, useRef } from 'react'
import type { Shown } from '../../store/list-query.ts'
import { useText } from '../../text/use-text.ts'
import { withElementKeys } from '../../ui/virtual-list/element-slots.ts'
import { renderedRange } from '../../ui/virtual-list/rendered-range.ts'
import { FileCell } from './file-cell.tsx'
import { FileMenu } from './file-menu.tsx'
import styles from './grid-view.module.css'
import { useFileGrid } from './use-file-grid.ts'

/** Pixels. */
const leastCellWidth = 168
const gap = 12
const edge = 16
/** Two lines of text below each thumbnail. */
const textHeight = 44
const footRoom = 64
/** A column keeps its element while files scroll through it. */
const columnKeys = Array.from({ length: 64 }, (_, column) => `column ${column}`)

export function GridView({ shown: files }: { readonly shown: Shown }) {
  const ids = files.rows
  const t = useText()
  const scroller = useRef<HTMLDivElement>(null)
  const currentLine = useRef(0)
  const { ref: measured, width } = useElementSize<HTMLDivElement>()
  const { columns, cellWidth, lineHeight } = shapeOf(width)
  // Before the first measurement nothing is rendered: a key pressed then would move through a grid of another shape.
  const lines = width === 0 ? 0 : Math.ceil(ids.length / columns)
  const virtual = useVirtualizer({
    count: lines,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    overscan: 1,
    paddingStart: edge,
    paddingEnd: footRoom,
    rangeExtractor: (range) => renderedRange(range, currentLine.current),
  })
  // The height of a line depends on the width of the window.
  useEffect(() => {
    if (lineHeight > 0) virtual.measure()
  }, [virtual, lineHeight])
  const grid = useFileGrid({
    shown: files,
    scroller,
    columns,
    page: () => columns * Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / lineHeight)),
    scrollTo: (index) => virtual.scrollToIndex(Math.floor(index / columns), { align: 'auto' }),
  })
  currentLine.current = Math.floor(grid.current / columns)
  const shown = withElementKeys(virtual.getVirtualItems(), currentLine.current, virtual.isScrolling)
  return (
    <div className={styles.scroller} ref={scroller} data-scroller>
      <div ref={measured} />
      <Box
        component="table"
        role="grid"
        aria-label={t('list.grid')}
        aria-multiselectable
        aria-rowcount={lines}
        aria-colcount={columns}
        style={{ height: virtual.getTotalSize() }}
        className={styles.lines}
        {...grid.handlers}
      >
        <tbody className={styles.body}>
          {shown.map(({ index, start, key }) => (
            <GridLine
              key={key}
              ids={ids.slice(index * columns, (index + 1) * columns)}
              line={index}
              style={{
                transform: `translateY(${start}px)`,
                gridTemplateColumns: `repeat(${columns}, ${cellWidth}px)`,
              }}
              firstIndex={index * columns}
              currentIndex={grid.current}
            />
          ))}
        </tbody>
      </Box>
      <FileMenu at={grid.menuAt} onClose={grid.closeMenu} />
    </div>
  )
}

interface GridLineProps {
  readonly ids: readonly string[]
  /** Index of the line, from 0. */
  readonly line: number
  readonly style: CSSProperties
  /** Index of the line's first file. */
  readonly firstIndex: number
  readonly currentIndex: number
}

function GridLine({ ids, line, style, firstIndex, currentIndex }: GridLineProps) {
  return (
    <tr aria-rowindex={line + 1} className={styles.line} style={style}>
      {ids.map((id, column) => (
        <FileCell
          key={columnKeys[column]}
          id={id}
          index={firstIndex + column}
          column={column}
          current={firstIndex + column === currentIndex}
        />
      ))}
    </tr>
  )
}

/** @param width of the scroller's content in pixels; 0 before it is known */
function shapeOf(width: number) {
  const room = Math.max(leastCellWidth, width - 2 * edge)
  const columns = Math.max(1, Math.min(columnKeys.length, Math.floor((room + gap) / (leastCellWidth + gap))))
  const cellWidth = Math.floor((room - gap * (columns - 1)) / columns)
  return { columns, cellWidth, lineHeight: Math.round((cellWidth * 2) / 3) + textHeight + gap }
}
