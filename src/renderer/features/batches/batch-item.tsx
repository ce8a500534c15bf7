/** One batch of the rail: its ring, its name, what of it is stored, and what it waits for. */
import { UnstyledButton } from '@mantine/core'
import { IconGripVertical } from '@tabler/icons-react'
import { type KeyboardEvent, memo, useEffect } from 'react'
import type { BatchRow, ServerState } from '../../../shared/feed.ts'
import { type Outcome, percentOf } from '../../../shared/outcome.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useQueue } from '../../store/queue-store.ts'
import { outcomeOfBatch } from '../../store/status-groups.ts'
import { showBatch } from '../../store/view-store.ts'
import { batchName } from '../../text/batch-name.ts'
import { formatDay, formatPercent } from '../../text/format.ts'
import { serverHost } from '../../text/server-name.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { ProgressRing } from '../../ui/progress-ring.tsx'
import { shortcutFor } from '../shortcuts/shortcut-table.ts'
import { BatchCounts } from './batch-counts.tsx'
import styles from './batch-rail.module.css'
import { moveBatch } from './move-batch.ts'
import { isAway, isPaused, ringTone } from './rail-groups.ts'
import { useBatchDrag } from './use-batch-drag.ts'

interface BatchItemProps {
  readonly id: string
  readonly selected: boolean
}

export const BatchItem = memo(function BatchItem({ id, selected }: BatchItemProps) {
  const t = useText()
  const run = useCommand()
  const batch = useQueue((state) => state.batches.get(id))
  const server = useQueue((state) => state.overview?.servers.find((one) => one.id === batch?.serverId))
  const outcome = batch === undefined ? null : outcomeOfBatch(batch)
  const movable = outcome?.level === 'in-progress'
  const { element, isDragged, edge } = useBatchDrag(id, movable)
  // In a narrow window the rail is a strip, and the batch may stand beyond its end.
  useEffect(() => {
    if (selected) element.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [selected, element])
  if (batch === undefined || outcome === null) return null
  const name = batchName(batch.name)
  const percent = percentOf(batch.totals, outcome)
  const waiting = waitingText(batch, outcome, server, t)
  const move = (event: KeyboardEvent) => {
    if (shortcutFor('batches', event) !== 'moveBatch') return
    event.preventDefault()
    if (movable) void moveBatch(run, id, event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <li
      ref={element}
      className={styles.item}
      data-selected={selected || undefined}
      data-dragged={isDragged || undefined}
      data-edge={edge ?? undefined}
      title={`${name}\n${formatDay(batch.createdAtMs)}`}
    >
      <ProgressRing percent={percent} level={outcome.level} tone={ringTone(batch, outcome, server)} />
      <div className={styles.text}>
        <UnstyledButton
          className={styles.button}
          aria-current={selected ? 'true' : undefined}
          onClick={() => showBatch(id)}
          onKeyDown={move}
        >
          <bdi className={styles.name}>{name}</bdi>
          <span className="pf-sr-only">{formatPercent(percent)}</span>
        </UnstyledButton>
        <BatchCounts outcome={outcome} batchId={id} />
        {waiting !== '' && <span className={styles.waiting}>{waiting}</span>}
      </div>
      {movable && (
        <IconGripVertical size={15} className={styles.grip} aria-hidden="true" title={t('batches.grip')} />
      )}
    </li>
  )
})

/** What the batch waits for, or what is going on with it; empty where its counts say it all. */
function waitingText(
  batch: BatchRow,
  { level, toDo }: Outcome,
  server: ServerState | undefined,
  t: Translate,
): string {
  const { awaitedDrives, scanning, checking } = batch
  if (awaitedDrives.length > 0) return t('stall.driveAway', { name: awaitedDrives.join(', ') })
  if (scanning) return t('batches.scanning')
  if (checking && toDo === 0) return t('batches.checking')
  if (level !== 'in-progress') return ''
  if (isPaused(batch)) return t('batches.paused')
  return server !== undefined && isAway(server)
    ? t('batches.serverAway', { server: serverHost(server, t) })
    : ''
}
