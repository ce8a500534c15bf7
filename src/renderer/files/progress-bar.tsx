/** A bar of acknowledged bytes; light enough for every row of a long list. */
import { Box } from '@mantine/core'
import styles from './progress-bar.module.css'

/** `verifying`: all bytes are at the server, which still has to confirm them. */
export type BarLook = 'moving' | 'still' | 'verifying' | 'waiting' | 'done' | 'failed'

interface ProgressBarProps {
  readonly percent: number
  readonly look: BarLook
  /** The bar's accessible name. */
  readonly label: string
  /** What a screen reader says in the place of the number. */
  readonly valueText?: string
  readonly tall?: boolean
}

export function ProgressBar({ percent, look, label, valueText, tall = false }: ProgressBarProps) {
  return (
    <Box
      className={styles.track}
      data-look={look}
      data-tall={tall || undefined}
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={valueText}
    >
      <div className={styles.value} style={{ transform: `scaleX(${percent / 100})` }} />
    </Box>
  )
}
