/** The bottom of the window: total progress, speed, time left or why nothing moves, and the state of the server. */
import { IconShieldCheck } from '@tabler/icons-react'
import type { Overview } from '../../../shared/feed.ts'
import { type Level, type Outcome, outcomeOf, percentOf } from '../../../shared/outcome.ts'
import { useConnection } from '../../store/connection-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { formatBytes, formatPercent, formatSpeed, formatTimeRange } from '../../text/format.ts'
import { copiesText, outcomeText, reasonTexts } from '../../text/outcome-text.ts'
import { stallText } from '../../text/stall-text.ts'
import { useText } from '../../text/use-text.ts'
import { LevelIcon } from '../../ui/level-icon.tsx'
import { type BarStyle, ProgressBar } from '../../ui/progress-bar.tsx'
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
  const outcome = outcomeOf(overview.totals, { scanning: growing, checking })
  return (
    <footer className={styles.bar}>
      {overview.totals.files > 0 && (
        <>
          <TotalBar overview={overview} outcome={outcome} />
          <div className={styles.facts}>
            <Facts overview={overview} outcome={outcome} checking={checking} online={online} />
          </div>
          {outcome.level === 'in-progress' && <ThroughputPlot />}
        </>
      )}
      <div className={styles.server}>
        {online ? <ServerStatus server={overview.server} /> : <span>{t('statusBar.lastKnown')}</span>}
      </div>
      {online && <ServerTroubles />}
    </footer>
  )
}

/** Green, amber or red only once it is over; until then the accent's colour, with what is verified in green. */
const barStyle: Readonly<Record<Level, BarStyle>> = {
  'in-progress': 'moving',
  'all-stored': 'moving',
  'some-not': 'waiting',
  failed: 'failed',
}

function TotalBar({ overview, outcome }: { readonly overview: Overview; readonly outcome: Outcome }) {
  const t = useText()
  const { totals, bytesInFlight } = overview
  const { bytesTotal, bytesAcknowledged, bytesVerified } = totals
  const { level } = outcome
  const percent = percentOf(totals, outcome)
  const shareOf = (bytes: number) => (bytesTotal === 0 ? 0 : Math.min(100, (bytes / bytesTotal) * 100))
  const bytes = t('statusBar.progressText', {
    percent: formatPercent(percent),
    verified: formatBytes(bytesVerified),
    acknowledged: formatBytes(bytesAcknowledged),
    inFlight: formatBytes(bytesInFlight),
  })
  const text = `${outcomeText(outcome)} · ${bytes}`
  const isUnderWay = level === 'in-progress'
  return (
    <div className={styles.progress} title={text}>
      <ProgressBar
        percent={percent}
        ahead={isUnderWay ? Math.max(percent, shareOf(bytesAcknowledged + bytesInFlight)) : percent}
        verified={isUnderWay ? Math.min(percent, shareOf(bytesVerified)) : level === 'all-stored' ? 100 : 0}
        style={barStyle[level]}
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
  readonly outcome: Outcome
  /** Sources of stored files are looked at once more. */
  readonly checking: boolean
  /** While PhotoFerry cannot be reached, speed and time left are unknown. */
  readonly online: boolean
}

function Facts({ overview, outcome, checking, online }: FactsProps) {
  const t = useText()
  const { bytesAcknowledged, bytesTotal, bytesVerified, bytesSaved } = overview.totals
  const { stored, dropped, notSent, level } = outcome
  const others = [...reasonTexts(outcome, 'failed'), copiesText(outcome)].filter((text) => text !== '')
  const [stall] = online ? overview.stalls : []
  return (
    <>
      <span className={styles.files}>{t('statusBar.files', { stored, count: dropped })}</span>
      <FailedCount count={notSent.failed} batchId={null} />
      {others.length > 0 && <span className={styles.others}>{others.join(' · ')}</span>}
      <span className={styles.bytes}>
        {level === 'in-progress'
          ? t('statusBar.bytes', {
              acknowledged: formatBytes(bytesAcknowledged),
              total: formatBytes(bytesTotal),
            })
          : formatBytes(bytesVerified)}
      </span>
      {level === 'in-progress' && (
        <span className={styles.speed}>{formatSpeed(online ? overview.bytesPerSecond : null)}</span>
      )}
      {level === 'in-progress' ? (
        <span className={styles.left} data-stalled={stall !== undefined || undefined}>
          {checking && outcome.toDo === 0 && online
            ? t('statusBar.checking')
            : timeLeftOrStall(overview, online)}
        </span>
      ) : (
        <Verdict level={level} />
      )}
      {bytesSaved > 0 && (
        <span className={styles.saved}>{t('statusBar.saved', { amount: formatBytes(bytesSaved) })}</span>
      )}
    </>
  )
}

/** Whether everything that was dropped is stored: a shield only where it is. */
function Verdict({ level }: { readonly level: Level }) {
  const t = useText()
  const isSafe = level === 'all-stored'
  return (
    <span className={styles.verdict} data-tone={isSafe ? 'good' : level === 'failed' ? 'bad' : 'warn'}>
      {isSafe ? <IconShieldCheck size={16} aria-hidden="true" /> : <LevelIcon level={level} size={16} />}
      {isSafe ? t('statusBar.allDone') : t('outcome.notAll')}
    </span>
  )
}

/** The time left, or why nothing moves. */
function timeLeftOrStall({ stalls, timeLeft }: Overview, online: boolean): string {
  if (!online) return ''
  const [stall] = stalls
  return stall === undefined ? formatTimeRange(timeLeft) : stallText(stall, Date.now())
}
