/** The bottom of the window: how far everything is, how fast, how long still, why it stands, and how the server is. */
import { IconShieldCheck } from '@tabler/icons-react'
import type { Overview } from '../../../shared/feed.ts'
import { useConnection } from '../../store/connection-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { isComplete } from '../../store/status-groups.ts'
import { formatBytes, formatPercent, formatSpeed, formatTimeRange, honestPercent } from '../../text/format.ts'
import { stallWords } from '../../text/stall-text.ts'
import { useText } from '../../text/use-text.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { FailedCount } from '../failures/failed-count.tsx'
import { ServerWords } from './server-status.tsx'
import styles from './status-bar.module.css'
import { ThroughputPlot } from './throughput-plot.tsx'

export function StatusBar() {
  const t = useText()
  const overview = useQueue((state) => state.overview)
  const online = useConnection((connection) => connection.phase === 'online')
  const growing = useQueue((state) => [...state.batches.values()].some((batch) => batch.scanning))
  if (overview === null) return <footer className={styles.bar} />
  const complete = isComplete(overview.totals) && !growing
  return (
    <footer className={styles.bar}>
      {overview.totals.files > 0 && (
        <>
          <TotalBar overview={overview} complete={complete} />
          <div className={styles.facts}>
            <Facts overview={overview} complete={complete} online={online} />
          </div>
          {!complete && <ThroughputPlot />}
        </>
      )}
      <div className={styles.server}>
        {online ? <ServerWords server={overview.server} /> : <span>{t('statusBar.lastKnown')}</span>}
      </div>
    </footer>
  )
}

function TotalBar({ overview, complete }: { readonly overview: Overview; readonly complete: boolean }) {
  const t = useText()
  const { totals, bytesInFlight } = overview
  const { bytesTotal, bytesAcknowledged, bytesVerified } = totals
  const percent = honestPercent(bytesAcknowledged, bytesTotal, complete)
  const shareOf = (bytes: number) => (bytesTotal === 0 ? 0 : Math.min(100, (bytes / bytesTotal) * 100))
  const words = t('statusBar.progressText', {
    percent: formatPercent(percent),
    verified: formatBytes(bytesVerified),
    acknowledged: formatBytes(bytesAcknowledged),
    inFlight: formatBytes(bytesInFlight),
  })
  return (
    <div className={styles.progress} title={words}>
      <ProgressBar
        percent={percent}
        ahead={Math.max(percent, shareOf(bytesAcknowledged + bytesInFlight))}
        verified={complete ? 100 : Math.min(percent, shareOf(bytesVerified))}
        look="moving"
        label={t('statusBar.label')}
        valueText={words}
        tall
      />
      <span className={styles.percent}>{formatPercent(percent)}</span>
    </div>
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
  const { counts, files, bytesAcknowledged, bytesTotal, bytesSaved } = overview.totals
  const [stall] = online ? overview.stalls : []
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
      {!complete && (
        <span className={styles.speed}>{formatSpeed(online ? overview.bytesPerSecond : null)}</span>
      )}
      {complete ? (
        <span className={styles.safe}>
          <IconShieldCheck size={16} aria-hidden="true" />
          {t('statusBar.allDone')}
        </span>
      ) : (
        <span className={styles.left} data-stalled={stall !== undefined || undefined}>
          {whatNext(overview, online)}
        </span>
      )}
      {bytesSaved > 0 && (
        <span className={styles.saved}>{t('statusBar.saved', { amount: formatBytes(bytesSaved) })}</span>
      )}
    </>
  )
}

/** How long still, or else why nothing moves. */
function whatNext({ stalls, timeLeft }: Overview, online: boolean): string {
  if (!online) return ''
  const [stall] = stalls
  return stall === undefined ? formatTimeRange(timeLeft) : stallWords(stall, Date.now())
}
