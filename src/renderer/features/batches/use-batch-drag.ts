/** Moves a batch within the rail by dragging; Alt and the arrow keys do the same, see batch-rail.tsx. */
import { combine } from '@atlaskit/pragmatic-drag-and-drop/combine'
import { draggable, dropTargetForElements } from '@atlaskit/pragmatic-drag-and-drop/element/adapter'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { type RunCommand, useCommand } from '../../bridge/use-bridge.ts'
import { queueStore } from '../../store/queue-store.ts'
import { movableIds, moveBatchTo } from './move-batch.ts'

type Edge = 'before' | 'after'

interface BatchDrag {
  readonly element: RefObject<HTMLLIElement | null>
  readonly isDragged: boolean
  /** On which side of this batch the dragged one would be dropped; null while it is not over this one. */
  readonly edge: Edge | null
}

const key = 'batchId'

/** @param movable false for a batch that is fully stored */
export function useBatchDrag(batchId: string, movable: boolean): BatchDrag {
  const run = useCommand()
  const element = useRef<HTMLLIElement>(null)
  const [isDragged, setDragged] = useState(false)
  const [edge, setEdge] = useState<Edge | null>(null)
  useEffect(() => {
    const item = element.current
    if (item === null || !movable) return
    return combine(
      draggable({
        element: item,
        getInitialData: () => ({ [key]: batchId }),
        onDragStart: () => setDragged(true),
        onDrop: () => setDragged(false),
      }),
      dropTargetForElements({
        element: item,
        canDrop: ({ source }) => typeof source.data[key] === 'string' && source.data[key] !== batchId,
        onDrag: ({ location }) => setEdge(edgeOf(item, location.current.input)),
        onDragLeave: () => setEdge(null),
        onDrop: ({ source, location }) => {
          setEdge(null)
          void moveBeside(run, String(source.data[key]), batchId, edgeOf(item, location.current.input))
        },
      }),
    )
  }, [batchId, movable, run])
  return { element, isDragged, edge }
}

/** Above or below the middle of the item; in the horizontal strip of a narrow window, left or right of it. */
function edgeOf(item: HTMLElement, { clientX, clientY }: { clientX: number; clientY: number }): Edge {
  const { left, top, width, height } = item.getBoundingClientRect()
  const isStrip = item.parentElement !== null && getComputedStyle(item.parentElement).display === 'flex'
  const isFirstHalf = isStrip ? clientX < left + width / 2 : clientY < top + height / 2
  return isFirstHalf ? 'before' : 'after'
}

async function moveBeside(run: RunCommand, moved: string, other: string, edge: Edge): Promise<void> {
  const others = movableIds(queueStore.getState()).filter((id) => id !== moved)
  await moveBatchTo(run, moved, others.indexOf(other) + (edge === 'after' ? 1 : 0))
}
