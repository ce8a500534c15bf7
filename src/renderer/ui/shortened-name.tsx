/** A name that is shortened in its middle where there is not enough room, so that its number and extension stay visible. */
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { splitName } from '../text/split-name.ts'
import styles from './shortened-name.module.css'

interface ShortenedNameProps {
  readonly name: string
  readonly className?: string | undefined
}

export function ShortenedName({ name, className = '' }: ShortenedNameProps) {
  const whole = escapeControls(name)
  const { head, tail } = splitName(whole)
  if (tail === '') {
    return (
      <bdi className={`${styles.name} ${className}`}>
        <span className={styles.head}>{head}</span>
      </bdi>
    )
  }
  return (
    <bdi className={`${styles.name} ${className}`}>
      {/* Screen readers would read the two parts as two names. */}
      <span className={styles.head} aria-hidden="true">
        {head}
      </span>
      <span className={styles.tail} aria-hidden="true">
        {tail}
      </span>
      <span className="pf-sr-only">{whole}</span>
    </bdi>
  )
}
