/** The upload speed over the last minutes as a curve without numbers: those are beside it. */
import { useMemo } from 'react'
import { useQueue } from '../../store/queue-store.ts'
import { useText } from '../../text/use-text.ts'
import { plotSize, throughputPaths } from './plot-paths.ts'
import styles from './status-bar.module.css'

export function ThroughputPlot() {
  const t = useText()
  const samples = useQueue((state) => state.speedSamples)
  const { line, area } = useMemo(() => throughputPaths(samples, Date.now()), [samples])
  // The baseline alone would be a stray line.
  if (line === '') return null
  return (
    <svg
      className={styles.plot}
      viewBox={`0 0 ${plotSize.width} ${plotSize.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={t('statusBar.plot')}
    >
      <path className={styles.plotArea} d={area} />
      <path className={styles.plotLine} d={line} vectorEffect="non-scaling-stroke" />
    </svg>
  )
}
