/** Progress as a ring with the percentage inside, or a mark of what came of it once it is over. Screen readers get the same from text beside it. */
import type { Level } from '../../shared/outcome.ts'
import { LevelIcon } from './level-icon.tsx'
import styles from './progress-ring.module.css'

const radius = 15.5
const circumference = 2 * Math.PI * radius

interface ProgressRingProps {
  readonly percent: number
  readonly level: Level
  /** Its colour; the text beside it says the same. */
  readonly tone: 'accent' | 'good' | 'warn' | 'bad'
}

export function ProgressRing({ percent, level, tone }: ProgressRingProps) {
  return (
    <span className={styles.ring} aria-hidden="true">
      <svg width="30" height="30" viewBox="0 0 36 36" aria-hidden="true">
        <circle className={styles.track} cx="18" cy="18" r={radius} />
        <circle
          className={styles.value}
          data-ring={tone}
          cx="18"
          cy="18"
          r={radius}
          strokeDasharray={`${(circumference * percent) / 100} ${circumference}`}
        />
      </svg>
      <span className={styles.text}>
        {level === 'in-progress' ? percent : <LevelIcon level={level} size={14} />}
      </span>
    </span>
  )
}
