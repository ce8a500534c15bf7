/** Browser mode: how far the page is with handing drops over to PhotoFerry, and the plea to stay. */
import { Progress } from '@mantine/core'
import { honestPercent } from '../../text/format.ts'
import { useText, type Words } from '../../text/use-text.ts'
import styles from './intake.module.css'
import { type RunningDrop, useDrops } from './page-drops.ts'

export function DropProgressPanel() {
  const t = useText()
  const running = useDrops((drops) => drops.running)
  return running.map((drop) => (
    <div key={drop.id} className={styles.panel}>
      <span>{wordsFor(drop, t)}</span>
      <Progress.Root size="sm">
        <Progress.Section value={percentOf(drop)} aria-label={t('handOver.progressLabel')} />
      </Progress.Root>
    </div>
  ))
}

function wordsFor({ progress: { handedOver, total } }: RunningDrop, t: Words): string {
  return handedOver === 0
    ? t('handOver.reading', { count: total })
    : t('handOver.copying', { done: handedOver, total })
}

function percentOf({ progress: { handedOver, total } }: RunningDrop): number {
  return honestPercent(handedOver, total, handedOver === total)
}
