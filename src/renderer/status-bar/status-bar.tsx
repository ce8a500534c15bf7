/** The bottom of the window: how far everything is, in bytes the server has acknowledged, and how the server is. */
import type { Overview } from '../../shared/feed.ts'
import { FailedCount } from '../batches/failed-count.tsx'
import { useConnection } from '../bridge/connection.ts'
import { ProgressBar } from '../files/progress-bar.tsx'
import { useQueue } from '../store/queue-store.ts'
import { isComplete } from '../store/status-groups.ts'
import { formatBytes, formatPercent, formatSpeed, formatTimeLeft, honestPercent } from '../text/format.ts'
import { useText } from '../text/use-text.ts'
import { ServerWords } from './server-words.tsx'
import styles from './status-bar.module.css'

export function StatusBar() {
  const t = useText()
  const overview = useQueue((state) => state.overview)
  const online = useConnection((connection) => connection.phase === 'online')
  const growing = useQueue((state) => [...state.batches.values()].some((batch) => batch.scanning))
  if (overview === null) return <footer className={styles.bar} />
  const { totals } = overview
  const complete = isComplete(totals) && !growing
  const percent = honestPercent(totals.bytesAcknowledged, totals.bytesTotal, complete)
  const hasFiles = totals.files > 0
  return (
    <footer className={styles.bar}>
      {hasFiles && (
        <div className={styles.progress}>
          <ProgressBar
            percent={percent}
            look={complete ? 'done' : 'moving'}
            label={t('statusBar.label')}
            tall
          />
          <span className={styles.percent}>{formatPercent(percent)}</span>
        </div>
      )}
      <div className={styles.facts}>
        {hasFiles && <Facts overview={overview} complete={complete} online={online} />}
        {online ? (
          <ServerWords server={overview.server} />
        ) : (
          <span className={styles.server}>{t('statusBar.lastKnown')}</span>
        )}
      </div>
    </footer>
  )
}

interface FactsProps {
  readonly overview: Overview
  readonly complete: boolean
  /** Without PhotoFerry nobody knows what moves: no speed, no time left. */
  readonly online: boolean
}

function Facts({ overview, complete, online }: FactsProps) {
  const t = useText()
  const { counts, files, bytesAcknowledged, bytesTotal } = overview.totals
  return (
    <>
      <span className={styles.files}>
        {t('statusBar.files', { done: counts.done, count: files - counts.canceled })}
      </span>
      <FailedCount count={counts.failed} batchId={null} />
      <span className={styles.bytes}>
        {t('statusBar.bytes', {
          acknowledged: formatBytes(bytesAcknowledged),
          total: formatBytes(bytesTotal),
        })}
      </span>
      <span className={styles.speed}>
        {formatSpeed(online && !complete ? overview.bytesPerSecond : null)}
      </span>
      <span className={styles.left}>
        {complete
          ? t('statusBar.allDone')
          : formatTimeLeft(online ? (overview.timeLeft?.highSeconds ?? null) : null)}
      </span>
    </>
  )
}
