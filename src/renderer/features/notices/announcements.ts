/** What to announce about the change from one state of the queue to a later one. */
import type { BatchRow } from '../../../shared/feed.ts'
import { outcomeOfBatch } from '../../store/status-groups.ts'
import { batchName } from '../../text/batch-name.ts'
import { t } from '../../text/i18n.ts'
import { outcomeText } from '../../text/outcome-text.ts'

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

function finishedSentence(batch: BatchRow): string {
  const outcome = outcomeOfBatch(batch)
  const name = batchName(batch.name)
  return outcome.level === 'all-stored'
    ? t('announce.batchDone', { name, count: outcome.stored })
    : t('announce.batchEnded', { name, counts: outcomeText(outcome) })
}

function hasFinished(batch: BatchRow): boolean {
  return outcomeOfBatch(batch).level !== 'in-progress'
}
