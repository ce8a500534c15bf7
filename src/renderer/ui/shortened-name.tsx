/** A name that is shortened in its middle where there is not enough room, so that its number and extension stay visible. */
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import { splitName } from '../text/split-name.ts'
import styles from './shortened-name.module.css'

interface ShortenedNameProps {
  readonly name: string
  readonly className?: string | undefined
}

export function ShortenedName({ name, className = '' }: ShortenedNameProps) {
  const { head, tail } = splitName(escapeControls(name))
  return (
    <bdi className={`${styles.name} ${className}`}>
      <span className={styles.head}>{head}</span>
      <span className={styles.tail}>{tail}</span>
    </bdi>
  )
}
