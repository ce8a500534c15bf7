/** The count of failed files as a button that shows them. */
import { UnstyledButton } from '@mantine/core'
import { showFailed } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './failed-count.module.css'

interface FailedCountProps {
  readonly count: number
  /** Null for all batches. */
  readonly batchId: string | null
}

export function FailedCount({ count, batchId }: FailedCountProps) {
  const t = useText()
  if (count === 0) return null
  return (
    <UnstyledButton
      className={styles.failed}
      title={t('batches.showFailed')}
      onClick={() => showFailed(batchId)}
    >
      {t('batches.failed', { failed: count })}
    </UnstyledButton>
  )
}
