/** The bottom of the window: total progress, speed, time left or why nothing moves, and the state of the server. */
import { IconShieldCheck } from '@tabler/icons-react'
import type { Overview } from '../../../shared/feed.ts'
import { useConnection } from '../../store/connection-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { isComplete } from '../../store/status-groups.ts'
import { formatBytes, formatPercent, formatSpeed, formatTimeRange, percentDone } from '../../text/format.ts'
import { stallText } from '../../text/stall-text.ts'
import { useText } from '../../text/use-text.ts'
import { ProgressBar } from '../../ui/progress-bar.tsx'
import { FailedCount } from '../failures/failed-count.tsx'
import { ServerStatus } from './server-status.tsx'
import { ServerTroubles } from './server-troubles.tsx'
import styles from './status-bar.module.css'
import { ThroughputPlot } from './throughput-plot.tsx'

export function StatusBar() {
  const t = useText()
  const overview = useQueue((state) => state.overview)
  const online = useConnection((connection) => connection.phase === 'online')
  const growing = useQueue((state) => [...state.batches.values()].some((batch) => batch.scanning))
  const checking = useQueue((state) => [...state.batches.values()].some((batch) => batch.checking))
  if (overview === null) return <footer className={styles.bar} />
  const allDone = isComplete(overview.totals) && !growing
  const complete = allDone && !checking
  return (
    <footer className={styles.bar}>
      {overview.totals.files > 0 && (
        <>
          <TotalBar overview={overview} complete={complete} />
          <div className={styles.facts}>
            <Facts overview={overview} complete={complete} checking={allDone && checking} online={online} />
          </div>
          {!complete && <ThroughputPlot />}
        </>
      )}
      <div className={styles.server}>
        {online ? <ServerStatus server={overview.server} /> : <span>{t('statusBar.lastKnown')}</span>}
      </div>
      {online && <ServerTroubles />}
    </footer>
  )
}

function TotalBar({ overview, complete }: { readonly overview: Overview; readonly complete: boolean }) {
  const t = useText()
  const { totals, bytesInFlight } = overview
  const { bytesTotal, bytesAcknowledged, bytesVerified } = totals
  const percent = percentDone(bytesAcknowledged, bytesTotal, complete)
  const shareOf = (bytes: number) => (bytesTotal === 0 ? 0 : Math.min(100, (bytes / bytesTotal) * 100))
  const text = t('statusBar.progressText', {
    percent: formatPercent(percent),
    verified: formatBytes(bytesVerified),
    acknowledged: formatBytes(bytesAcknowledged),
    inFlight: formatBytes(bytesInFlight),
  })
  return (
    <div className={styles.progress} title={text}>
      <ProgressBar
        percent={percent}
        ahead={Math.max(percent, shareOf(bytesAcknowledged + bytesInFlight))}
        verified={complete ? 100 : Math.min(percent, shareOf(bytesVerified))}
        style="moving"
        label={t('statusBar.label')}
        valueText={text}
        tall
      />
      <span className={styles.percent}>{formatPercent(percent)}</span>
    </div>
  )
}

interface FactsProps {
  readonly overview: Overview
  readonly complete: boolean
  /** All files are stored, and their sources are looked at once more. */
  readonly checking: boolean
  /** While PhotoFerry cannot be reached, speed and time left are unknown. */
  readonly online: boolean
}

function Facts({ overview, complete, checking, online }: FactsProps) {
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
          {checking && online ? t('statusBar.checking') : timeLeftOrStall(overview, online)}
        </span>
      )}
      {bytesSaved > 0 && (
        <span className={styles.saved}>{t('statusBar.saved', { amount: formatBytes(bytesSaved) })}</span>
      )}
    </>
  )
}

/** The time left, or why nothing moves. */
function timeLeftOrStall({ stalls, timeLeft }: Overview, online: boolean): string {
  if (!online) return ''
  const [stall] = stalls
  return stall === undefined ? formatTimeRange(timeLeft) : stallText(stall, Date.now())
}
