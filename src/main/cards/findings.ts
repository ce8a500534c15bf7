/** Puts together why a card must not be formatted. No side effects. */
import { type UnsafeFindings, type UnsafeReason, unsafeNamed, unsafeReasons } from '../../shared/cards.ts'

/**
 * @param reasons path -> why; may be empty
 * @param files how many there are on the card
 */
export function findingsOf(
  reasons: ReadonlyMap<string, UnsafeReason>,
  files: number,
  readAll: boolean,
): UnsafeFindings {
  const counts: Partial<Record<UnsafeReason, number>> = {}
  for (const reason of reasons.values()) counts[reason] = (counts[reason] ?? 0) + 1
  const rank = (reason: UnsafeReason) => unsafeReasons.indexOf(reason)
  const named = [...reasons]
    .map(([path, reason]) => ({ path, reason }))
    .sort((one, other) => rank(one.reason) - rank(other.reason))
    .slice(0, unsafeNamed)
  return { atMs: Date.now(), readAll, files, counts, named }
}
