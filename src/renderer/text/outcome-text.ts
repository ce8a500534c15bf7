/** What files come to, in words: every count that a view shows comes from here, so that they add up everywhere. */
import { type Outcome, reasonsOf } from '../../shared/outcome.ts'
import { t } from './i18n.ts'

/** Every reason why something is not stored, with its count. @param shownElsewhere left out, for a view with a place of its own for it */
export function reasonTexts(outcome: Pick<Outcome, 'notSent'>, shownElsewhere?: 'failed'): string[] {
  return reasonsOf(outcome)
    .filter(({ reason }) => reason !== shownElsewhere)
    .map(({ reason, count }) => t(`outcome.reasons.${reason}`, { amount: count }))
}

export function storedText({ stored, dropped }: Outcome): string {
  return t('outcome.stored', { stored, dropped })
}

/** All of it: "604 of 20,000 stored · 19,393 canceled · 3 still to do". */
export function outcomeText(outcome: Outcome): string {
  const toDo = outcome.toDo > 0 ? [t('outcome.toDo', { amount: outcome.toDo })] : []
  return [storedText(outcome), ...reasonTexts(outcome), ...toDo].join(' · ')
}

/** How many are stored as copies, not as their originals, after what is stored; empty where there are none. */
export function copiesText({ copies }: Pick<Outcome, 'copies'>): string {
  return copies === 0 ? '' : t('outcome.copies', { count: copies })
}
