/** How far one file is, in words and as a bar: verified, acknowledged, sent. */
import type { ItemRow } from '../../shared/feed.ts'
import { ProgressBar } from '../files/progress-bar.tsx'
import { wordsOfRow } from '../files/row-words.ts'
import { stallOfRow } from '../files/stall-words.ts'
import { statusLook } from '../files/status-look.ts'
import { useApp } from '../store/app-store.ts'
import { useQueue } from '../store/queue-store.ts'
import { formatPercent, formatSpeed } from '../text/format.ts'
import { useText } from '../text/use-text.ts'
import styles from './detail.module.css'

export function FileState({ row }: { readonly row: ItemRow }) {
  const t = useText()
  const maxRetries = useApp((app) => app.settings.maxRetries)
  const stall = useQueue((state) => stallOfRow(row, state.overview?.stalls))
  const words = wordsOfRow(row, maxRetries, Date.now(), stall)
  const look = statusLook[row.state.status]
  const percent = formatPercent(words.percent)
  return (
    <div className={styles.state}>
      <div className={styles.stateLine}>
        <span className={styles.status} data-tone={look.tone}>
          <look.icon size={16} aria-hidden="true" />
          {words.status}
        </span>
        <span className={styles.soft}>
          {[formatSpeed(row.bytesPerSecond), percent].filter((part) => part !== '').join(' · ')}
        </span>
      </div>
      <ProgressBar
        percent={words.percent}
        ahead={words.aheadPercent}
        look={look.bar}
        label={t('list.progressLabel', { name: words.name })}
        valueText={`${words.status}, ${percent}`}
      />
      {words.detail !== '' && (
        <p className={styles.detail} data-tone={row.state.status === 'failed' ? 'bad' : 'soft'}>
          {words.detail}
        </p>
      )}
    </div>
  )
}
