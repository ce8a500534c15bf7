/** What is worth saying aloud about the change from one look at the queue to the next. Pure. */
import type { BatchRow, Totals } from '../../../shared/feed.ts'
import { isFinished } from '../../../shared/upload.ts'
import { countOf } from '../../store/status-groups.ts'
import { t } from '../../text/i18n.ts'

export interface Glance {
  readonly batches: ReadonlyMap<string, BatchRow>
  readonly failed: number
}

/** Sentences for a screen reader; empty when nothing came to an end. */
export function announcements(before: Glance, now: Glance): string[] {
  const sentences: string[] = []
  for (const [id, batch] of now.batches) {
    const earlier = before.batches.get(id)
    if (earlier === undefined || hasEnded(earlier) || !hasEnded(batch)) continue
    sentences.push(sentenceFor(batch))
  }
  const newFailures = now.failed - before.failed
  if (newFailures > 0) sentences.push(t('announce.newFailures', { count: newFailures }))
  return sentences
}

function sentenceFor({ name, totals }: BatchRow): string {
  const { failed, done } = totals.counts
  return failed > 0
    ? t('announce.batchEnded', { name, failed })
    : t('announce.batchDone', { name, count: done })
}

function hasEnded({ totals, scanning }: BatchRow): boolean {
  return !scanning && totals.files > 0 && endedFiles(totals) === totals.files
}

const endedFiles = (totals: Totals) => countOf(totals, isFinished)
