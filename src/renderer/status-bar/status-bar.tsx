/** The bottom of the window: how far everything is, in bytes the server has acknowledged, and how the server is. */
import type { Overview } from '../../shared/ipc.ts'
import { ProgressBar } from '../files/progress-bar.tsx'
import { useQueue } from '../store/queue-store.ts'
import { isComplete } from '../store/status-groups.ts'
import { formatBytes, formatPercent, formatSpeed, formatTimeLeft, honestPercent } from '../text/format.ts'
import { text } from '../text/text.ts'
import { ServerWords } from './server-words.tsx'
import styles from './status-bar.module.css'

const words = text.statusBar

export function StatusBar() {
  const overview = useQueue((state) => state.overview)
  if (overview === null) return <footer className={styles.bar} />
  const { totals } = overview
  const complete = isComplete(totals)
  const percent = honestPercent(totals.bytesAcknowledged, totals.bytesTotal, complete)
  return (
    <footer className={styles.bar}>
      <div className={styles.progress}>
        <ProgressBar percent={percent} look={complete ? 'done' : 'moving'} label={words.label} tall />
        <span className={styles.percent}>{formatPercent(percent)}</span>
      </div>
      <div className={styles.facts}>
        <span className={styles.files}>
          {words.files(totals.counts.done, totals.files - totals.counts.canceled)}
        </span>
        <span className={styles.bytes}>
          {words.bytes(formatBytes(totals.bytesAcknowledged), formatBytes(totals.bytesTotal))}
        </span>
        <span className={styles.speed}>{formatSpeed(overview.bytesPerSecond)}</span>
        <span className={styles.left}>{complete ? words.allDone : formatTimeLeft(overview.secondsLeft)}</span>
        <ServerOf overview={overview} />
      </div>
    </footer>
  )
}

const ServerOf = ({ overview }: { readonly overview: Overview }) => <ServerWords server={overview.server} />
