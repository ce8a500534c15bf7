/** How many files failed; pressed, it shows them, which may be far out of sight. */
import { UnstyledButton } from '@mantine/core'
import { showFailed } from '../store/view-store.ts'
import { text } from '../text/text.ts'
import styles from './batch-rail.module.css'

interface FailedCountProps {
  readonly count: number
  /** Null: in all batches. */
  readonly batchId: string | null
}

export function FailedCount({ count, batchId }: FailedCountProps) {
  if (count === 0) return null
  return (
    <UnstyledButton
      className={styles.failed}
      title={text.batches.showFailed}
      onClick={() => showFailed(batchId)}
    >
      {text.batches.failed(count)}
    </UnstyledButton>
  )
}
