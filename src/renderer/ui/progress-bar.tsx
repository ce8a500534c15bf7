/** A bar of acknowledged bytes, with what was sent ahead of them in a paler tone; light enough for every row of a long list. */
import styles from './progress-bar.module.css'

/** `verifying`: all bytes are at the server, which still has to confirm them. */
export type BarLook = 'moving' | 'still' | 'verifying' | 'waiting' | 'done' | 'failed'

interface ProgressBarProps {
  readonly percent: number
  /** Percent with what was sent and not yet acknowledged; at least `percent`. */
  readonly ahead?: number
  /** Percent that is verified, as part of `percent`; it has a colour of its own. */
  readonly verified?: number
  readonly look: BarLook
  /** The bar's accessible name. */
  readonly label: string
  /** What a screen reader says in the place of the number. */
  readonly valueText?: string
  readonly tall?: boolean
}

const upTo = (percent: number) => ({ transform: `scaleX(${percent / 100})` })

export function ProgressBar(props: ProgressBarProps) {
  const { percent, ahead = percent, verified = 0, look, label, valueText, tall = false } = props
  return (
    <div
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
      <div className={styles.ahead} style={upTo(ahead)} />
      <div className={styles.value} style={upTo(percent)} />
      {verified > 0 && <div className={styles.verified} style={upTo(verified)} />}
    </div>
  )
}
