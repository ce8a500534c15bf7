/** The rail of batches: "All files" first, then the queue's order, fully stored batches last. In a narrow window a horizontal strip. */
import { UnstyledButton } from '@mantine/core'
import { IconGripVertical, IconStack2 } from '@tabler/icons-react'
import { type KeyboardEvent, memo } from 'react'
import type { BatchRow } from '../../../shared/feed.ts'
import { type Outcome, outcomeOf, percentOf } from '../../../shared/outcome.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useQueue } from '../../store/queue-store.ts'
import { outcomeOfBatch } from '../../store/status-groups.ts'
import { useShownBatch } from '../../store/use-shown-batch.ts'
import { showBatch } from '../../store/view-store.ts'
import { batchName } from '../../text/batch-name.ts'
import { formatDay, formatPercent } from '../../text/format.ts'
import { copiesText, reasonTexts, storedText } from '../../text/outcome-text.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { ProgressRing } from '../../ui/progress-ring.tsx'
import { FailedCount } from '../failures/failed-count.tsx'
import { shortcutFor } from '../shortcuts/shortcut-table.ts'
import styles from './batch-rail.module.css'
import { moveBatch } from './move-batch.ts'
import { useBatchDrag } from './use-batch-drag.ts'

export function BatchRail() {
  const t = useText()
  const batchIds = useQueue((state) => state.batchIds)
  const selected = useShownBatch()
  return (
    <nav aria-label={t('batches.title')}>
      <ul className={styles.list}>
        <AllFiles selected={selected === null} />
        {batchIds.map((id) => (
          <BatchItem key={id} id={id} selected={selected === id} />
        ))}
      </ul>
    </nav>
  )
}

function AllFiles({ selected }: { readonly selected: boolean }) {
  const t = useText()
  const totals = useQueue((state) => state.overview?.totals)
  return (
    <li className={styles.item} data-selected={selected || undefined}>
      <IconStack2 size={34} stroke={1.4} className={styles.icon} aria-hidden="true" />
      <div className={styles.text}>
        <UnstyledButton
          className={styles.button}
          aria-current={selected ? 'true' : undefined}
          onClick={() => showBatch(null)}
        >
          <span className={styles.name}>{t('batches.all')}</span>
        </UnstyledButton>
        {totals !== undefined && <Counts outcome={outcomeOf(totals)} batchId={null} />}
      </div>
    </li>
  )
}

interface BatchItemProps {
  readonly id: string
  readonly selected: boolean
}

const BatchItem = memo(function BatchItem({ id, selected }: BatchItemProps) {
  const t = useText()
  const run = useCommand()
  const batch = useQueue((state) => state.batches.get(id))
  const outcome = batch === undefined ? null : outcomeOfBatch(batch)
  const complete = outcome?.level === 'all-stored'
  const { element, isDragged, edge } = useBatchDrag(id, !complete)
  if (batch === undefined || outcome === null) return null
  const { totals } = batch
  const name = batchName(batch.name)
  const percent = percentOf(totals, outcome)
  const last = lastLine(batch, outcome, t)
  const move = (event: KeyboardEvent) => {
    if (shortcutFor('batches', event) !== 'moveBatch') return
    event.preventDefault()
    if (!complete) void moveBatch(run, id, event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <li
      ref={element}
      className={styles.item}
      data-selected={selected || undefined}
      data-dragged={isDragged || undefined}
      data-edge={edge ?? undefined}
    >
      <ProgressRing percent={percent} level={outcome.level} />
      <div className={styles.text}>
        <UnstyledButton
          className={styles.button}
          aria-current={selected ? 'true' : undefined}
          title={name}
          onClick={() => showBatch(id)}
          onKeyDown={move}
        >
          <bdi className={styles.name}>{name}</bdi>
          <span className="pf-sr-only">{formatPercent(percent)}</span>
        </UnstyledButton>
        <Counts outcome={outcome} batchId={id} />
        <span className={styles.soft} title={last}>
          {last}
        </span>
      </div>
      {!complete && (
        <IconGripVertical size={15} className={styles.grip} aria-hidden="true" title={t('batches.grip')} />
      )}
    </li>
  )
})

/** What the batch waits for or what is going on with it; else its day. */
function lastLine(batch: BatchRow, { toDo }: Outcome, t: Translate): string {
  const { awaitedDrives, scanning, checking, createdAtMs } = batch
  if (awaitedDrives.length > 0) return t('stall.driveAway', { name: awaitedDrives.join(', ') })
  if (scanning) return t('batches.scanning')
  return checking && toDo === 0 ? t('batches.checking') : formatDay(createdAtMs)
}

function Counts({ outcome, batchId }: { readonly outcome: Outcome; readonly batchId: string | null }) {
  useText()
  const { failed } = outcome.notSent
  const copies = copiesText(outcome)
  return (
    <span className={styles.counts}>
      {storedText(outcome)}
      {failed > 0 && ' · '}
      <FailedCount count={failed} batchId={batchId} />
      {reasonTexts(outcome, 'failed').map((text) => (
        <span key={text}>
          {' · '}
          <span className={styles.reason}>{text}</span>
        </span>
      ))}
      {copies !== '' && ` · ${copies}`}
    </span>
  )
}
