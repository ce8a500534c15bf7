/** A bar of acknowledged bytes, with sent but unacknowledged ones as a thin paler line; cheap enough for every row of a long list. */
import styles from './progress-bar.module.css'

/** `verifying`: the server has all bytes and still has to confirm them. */
export type BarStyle = 'moving' | 'still' | 'verifying' | 'waiting' | 'done' | 'failed'

interface ProgressBarProps {
  readonly percent: number
  /** Percent including bytes that were sent but not acknowledged yet; at least `percent`. */
  readonly ahead?: number
  /** Percent that is verified, part of `percent`; shown in another colour. */
  readonly verified?: number
  readonly style: BarStyle
  /** The bar's accessible name. */
  readonly label: string
  /** What screen readers say instead of the number. */
  readonly valueText?: string
  readonly tall?: boolean
}

const upTo = (percent: number) => ({ transform: `scaleX(${percent / 100})` })

export function ProgressBar(props: ProgressBarProps) {
  const { percent, ahead = percent, verified = 0, style, label, valueText, tall = false } = props
  return (
    <div
      className={styles.track}
      data-style={style}
      data-tall={tall || undefined}
      role="progressbar"
      aria-label={label}
      aria-valuenow={percent}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuetext={valueText}
    >
      <div className={styles.ahead} style={upTo(ahead)} />
      <div className={styles.value} style={upTo(percent)} />
      {verified > 0 && <div className={styles.verified} style={upTo(verified)} />}
    </div>
  )
}
