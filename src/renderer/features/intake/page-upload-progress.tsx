/** Browser mode: the progress of uploading drops from the page, and the request to keep the page open. */
import { Progress } from '@mantine/core'
import { percentDone } from '../../text/format.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import styles from './intake.module.css'
import { type RunningDrop, useDrops } from './page-drops.ts'

export function PageUploadProgress() {
  const t = useText()
  const running = useDrops((drops) => drops.running)
  return running.map((drop) => (
    <div key={drop.id} className={styles.panel}>
      <span>{progressText(drop, t)}</span>
      <Progress.Root size="sm">
        <Progress.Section value={percentOf(drop)} aria-label={t('pageUpload.progressLabel')} />
      </Progress.Root>
    </div>
  ))
}

function progressText({ progress: { sent, total } }: RunningDrop, t: Translate): string {
  return sent === 0
    ? t('pageUpload.reading', { count: total })
    : t('pageUpload.copying', { done: sent, total })
}

function percentOf({ progress: { sent, total } }: RunningDrop): number {
  return percentDone(sent, total, sent === total)
}
