/** The rail of batches in the order of the queue, stored ones last, with all files on top; in a narrow window a strip that scrolls sideways. */
import { UnstyledButton } from '@mantine/core'
import { IconGripVertical, IconStack2 } from '@tabler/icons-react'
import { type KeyboardEvent, memo } from 'react'
import type { Totals } from '../../../shared/feed.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { isStored, useQueue } from '../../store/queue-store.ts'
import { useShownBatch } from '../../store/use-shown-batch.ts'
import { showBatch } from '../../store/view-store.ts'
import { formatDay, formatPercent, honestPercent } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { ProgressRing } from '../../ui/progress-ring.tsx'
import { FailedCount } from '../failures/failed-count.tsx'
import { meaningOf } from '../shortcuts/shortcut-table.ts'
import styles from './batch-rail.module.css'
import { moveBatch } from './move-batch.ts'
import { useBatchDrag } from './use-batch-drag.ts'

export function BatchRail() {
  const t = useText()
  const batchIds = useQueue((state) => state.batchIds)
  const chosen = useShownBatch()
  return (
    <nav aria-label={t('batches.title')}>
      <ul className={styles.list}>
        <AllFiles chosen={chosen === null} />
        {batchIds.map((id) => (
          <BatchItem key={id} id={id} chosen={chosen === id} />
        ))}
      </ul>
    </nav>
  )
}

function AllFiles({ chosen }: { readonly chosen: boolean }) {
  const t = useText()
  const totals = useQueue((state) => state.overview?.totals)
  return (
    <li className={styles.item} data-chosen={chosen || undefined}>
      <IconStack2 size={34} stroke={1.4} className={styles.icon} aria-hidden="true" />
      <div className={styles.words}>
        <UnstyledButton
          className={styles.button}
          aria-current={chosen ? 'true' : undefined}
          onClick={() => showBatch(null)}
        >
          <span className={styles.name}>{t('batches.all')}</span>
        </UnstyledButton>
        {totals !== undefined && <Counts totals={totals} batchId={null} />}
      </div>
    </li>
  )
}

interface BatchItemProps {
  readonly id: string
  readonly chosen: boolean
}

const BatchItem = memo(function BatchItem({ id, chosen }: BatchItemProps) {
  const t = useText()
  const run = useCommand()
  const batch = useQueue((state) => state.batches.get(id))
  const complete = batch !== undefined && isStored(batch)
  const { element, isDragged, edge } = useBatchDrag(id, !complete)
  if (batch === undefined) return null
  const { name, createdAtMs, totals, scanning } = batch
  const percent = honestPercent(totals.bytesAcknowledged, totals.bytesTotal, complete)
  const move = (event: KeyboardEvent) => {
    if (meaningOf('batches', event) !== 'moveBatch') return
    event.preventDefault()
    if (!complete) void moveBatch(run, id, event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <li
      ref={element}
      className={styles.item}
      data-chosen={chosen || undefined}
      data-dragged={isDragged || undefined}
      data-edge={edge ?? undefined}
    >
      <ProgressRing percent={percent} complete={complete} />
      <div className={styles.words}>
        <UnstyledButton
          className={styles.button}
          aria-current={chosen ? 'true' : undefined}
          title={name}
          onClick={() => showBatch(id)}
          onKeyDown={move}
        >
          <bdi className={styles.name}>{name}</bdi>
          <span className="pf-sr-only">{formatPercent(percent)}</span>
        </UnstyledButton>
        <Counts totals={totals} batchId={id} />
        <span className={styles.soft}>{scanning ? t('batches.scanning') : formatDay(createdAtMs)}</span>
      </div>
      {!complete && (
        <IconGripVertical size={15} className={styles.grip} aria-hidden="true" title={t('batches.grip')} />
      )}
    </li>
  )
})

function Counts({ totals, batchId }: { readonly totals: Totals; readonly batchId: string | null }) {
  const t = useText()
  const { done, failed, canceled } = totals.counts
  return (
    <span className={styles.soft}>
      {t('batches.counts', { done, total: totals.files - canceled })}
      {failed > 0 && ' · '}
      <FailedCount count={failed} batchId={batchId} />
    </span>
  )
}
