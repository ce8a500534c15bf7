/** What to announce about the change from one state of the queue to a later one. */
import type { BatchRow } from '../../../shared/feed.ts'
import { isFinished } from '../../../shared/upload.ts'
import { countOf } from '../../store/status-groups.ts'
import { batchName } from '../../text/batch-name.ts'
import { t } from '../../text/i18n.ts'

/** The parts of the queue's state that announcements compare. */
export interface QueueSummary {
  readonly batches: ReadonlyMap<string, BatchRow>
  /** Count of failed files. */
  readonly failed: number
}

/** Sentences for a screen reader: batches that finished since, and new failures. */
export function announcements(before: QueueSummary, now: QueueSummary): string[] {
  const sentences: string[] = []
  for (const [id, batch] of now.batches) {
    const earlier = before.batches.get(id)
    if (earlier === undefined || hasFinished(earlier) || !hasFinished(batch)) continue
    sentences.push(finishedSentence(batch))
  }
  const newFailures = now.failed - before.failed
  if (newFailures > 0) sentences.push(t('announce.newFailures', { count: newFailures }))
  return sentences
}

function finishedSentence({ name: storedName, totals }: BatchRow): string {
  const { failed, done } = totals.counts
  const name = batchName(storedName)
  return failed > 0
    ? t('announce.batchEnded', { name, failed })
    : t('announce.batchDone', { name, count: done })
}

function hasFinished({ totals, scanning, checking }: BatchRow): boolean {
  return !scanning && !checking && totals.files > 0 && countOf(totals, isFinished) === totals.files
}
