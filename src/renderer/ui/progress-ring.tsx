/** A batch's progress as a ring with its percentage inside, a check mark once all is stored; the words beside it say the same. */
import { IconCheck } from '@tabler/icons-react'
import styles from '../features/batches/batch-rail.module.css'

const radius = 15.5
const around = 2 * Math.PI * radius

interface ProgressRingProps {
  readonly percent: number
  readonly complete: boolean
}

export function ProgressRing({ percent, complete }: ProgressRingProps) {
  return (
    <span className={styles.ring} aria-hidden="true">
      <svg width="36" height="36" viewBox="0 0 36 36" aria-hidden="true">
        <circle className={styles.ringTrack} cx="18" cy="18" r={radius} />
        <circle
          className={styles.ringValue}
          data-complete={complete || undefined}
          cx="18"
          cy="18"
          r={radius}
          strokeDasharray={`${(around * percent) / 100} ${around}`}
        />
      </svg>
      <span className={styles.ringWords}>
        {complete ? <IconCheck size={16} stroke={2.4} className={styles.ringCheck} /> : percent}
      </span>
    </span>
  )
}
