/** Makes the whole window a drop target, and shows that while something is dragged over it. */
import { Box } from '@mantine/core'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { useBridge } from '../../bridge/use-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { useConnection } from '../../store/connection-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './intake.module.css'
import { addDrop } from './page-drops.ts'

/** A batch that is moved within the rail; see use-batch-drag.ts. */
const isBatch = (event: DragEvent) => event.dataTransfer.types.includes('application/vnd.pdnd')
const holdsFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')

export function DropTarget({ children }: { readonly children: ReactNode }) {
  const t = useText()
  const connected = useBridge()
  const [over, setOver] = useState(false)
  // Entering a child fires a leave of its parent: only the balance shows whether the pointer left the window.
  const depth = useRef(0)

  const change = (event: DragEvent, by: 1 | -1) => {
    if (!holdsFiles(event)) return
    event.preventDefault()
    depth.current = Math.max(0, depth.current + by)
    setOver(depth.current > 0)
  }
  const drop = (event: DragEvent) => {
    if (isBatch(event)) return
    event.preventDefault()
    depth.current = 0
    setOver(false)
    const { phase } = useConnection.getState()
    if (phase === 'offline' || phase === 'restarted') showAlert('error', t('offline.command'))
    else addDrop(connected, event.dataTransfer)
  }
  return (
    // For the mouse only; by keyboard "Add files" and "Add folder" do the same.
    // Not a landmark: inside one, header and footer would not be landmarks either.
    <Box
      className={styles.target}
      onDragEnter={(event) => change(event, 1)}
      onDragLeave={(event) => change(event, -1)}
      onDragOver={(event) => event.preventDefault()}
      onDrop={drop}
    >
      {children}
      {over && (
        <div className={styles.overlay} aria-hidden="true">
          <span className={styles.overlayText}>{t('empty.overlay')}</span>
        </div>
      )}
    </Box>
  )
}
