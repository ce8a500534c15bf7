/** Says beside a batch's name how many system files and folders were left out of it. */
import { useQueue } from '../../store/queue-store.ts'
import { useShownBatch } from '../../store/use-shown-batch.ts'
import { useText } from '../../text/use-text.ts'
import styles from './list-toolbar.module.css'

export function LeftOutNote() {
  const t = useText()
  const batchId = useShownBatch()
  const count = useQueue((state) => (batchId === null ? 0 : (state.batches.get(batchId)?.leftOut ?? 0)))
  if (count === 0) return null
  return (
    <span className={styles.leftOut} title={t('leftOut.hint')}>
      {t('leftOut.count', { count })}
    </span>
  )
}
