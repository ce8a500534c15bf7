/** What somebody with a card in hand wants to know of a batch: whether it may be formatted, and what to do now. */
import type { Outcome, Unfinished } from '../../shared/outcome.ts'
import { t } from './i18n.ts'

/** What holds up a batch that is under way. */
export interface Holdups {
  /** Everything that is left is paused. */
  readonly paused: boolean
  readonly serverAway: boolean
  /** Names of drives that are gone. */
  readonly awaitedDrives: readonly string[]
}

/**
 * One sentence: whether the card may be formatted, or why not. Never says more than is so now.
 * @param isPreviews previews say nothing of their originals, whatever became of them
 */
export function formatText(outcome: Outcome, { scanning, checking }: Unfinished, isPreviews = false): string {
  const { level, toDo, copies, notSentFiles } = outcome
  if (level === 'in-progress') {
    if (scanning) return t('summary.adding')
    return checking && toDo === 0 ? t('summary.checking') : t('summary.toDo', { count: toDo })
  }
  if (isPreviews) return t('summary.previews')
  if (level !== 'all-stored') return t('summary.notStored', { count: notSentFiles })
  return copies > 0 ? t('summary.copiesOnly', { count: copies }) : t('summary.format')
}

/** One sentence: what is to be done so that it goes on. */
export function nextStepText({ paused, serverAway, awaitedDrives }: Holdups): string {
  if (awaitedDrives.length > 0) return t('summary.connect', { name: awaitedDrives.join(', ') })
  if (paused) return t('summary.resume')
  return serverAway ? t('summary.serverAway') : t('summary.canLeave')
}
