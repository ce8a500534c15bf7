/** Progress as a ring with the percentage inside, or a check mark once complete. Screen readers get the same from text beside it. */
import { IconCheck } from '@tabler/icons-react'
import styles from './progress-ring.module.css'

const radius = 15.5
const circumference = 2 * Math.PI * radius

interface ProgressRingProps {
  readonly percent: number
  readonly complete: boolean
}

export function ProgressRing({ percent, complete }: ProgressRingProps) {
  return (
    <span className={styles.ring} aria-hidden="true">
      <svg width="36" height="36" viewBox="0 0 36 36" aria-hidden="true">
        <circle className={styles.track} cx="18" cy="18" r={radius} />
        <circle
          className={styles.value}
          data-complete={complete || undefined}
          cx="18"
          cy="18"
          r={radius}
          strokeDasharray={`${(circumference * percent) / 100} ${circumference}`}
        />
      </svg>
      <span className={styles.text}>
        {complete ? <IconCheck size={16} stroke={2.4} className={styles.check} /> : percent}
      </span>
    </span>
  )
}
