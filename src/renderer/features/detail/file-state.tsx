/** How far one file is, in words and as a bar: verified, acknowledged, sent. */
import type { ItemRow } from '../../../shared/feed.ts'
import { formatPercent, formatSpeed } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { FileBar, StatusWords, useRowWords } from '../file-status/file-progress.tsx'
import styles from './detail.module.css'

export function FileState({ row }: { readonly row: ItemRow }) {
  useText()
  const words = useRowWords(row)
  if (words === null) return null
  const { status } = row.state
  return (
    <div className={styles.state}>
      <div className={styles.stateLine}>
        <StatusWords status={status} words={words.status} />
        <span className={styles.soft}>
          {[formatSpeed(row.bytesPerSecond), formatPercent(words.percent)]
            .filter((part) => part !== '')
            .join(' · ')}
        </span>
      </div>
      <FileBar status={status} words={words} />
      {words.detail !== '' && (
        <p className={styles.detail} data-tone={status === 'failed' ? 'bad' : 'soft'}>
          {words.detail}
        </p>
      )}
    </div>
  )
}
