/** How many files of a batch, or of all, are stored, and every reason why some are not. */
import type { Outcome } from '../../../shared/outcome.ts'
import { copiesText, reasonTexts, storedText } from '../../text/outcome-text.ts'
import { useText } from '../../text/use-text.ts'
import { FailedCount } from '../failures/failed-count.tsx'
import styles from './batch-rail.module.css'

interface BatchCountsProps {
  readonly outcome: Outcome
  /** Null for all batches. */
  readonly batchId: string | null
}

export function BatchCounts({ outcome, batchId }: BatchCountsProps) {
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
