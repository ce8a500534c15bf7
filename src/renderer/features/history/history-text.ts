/** What the history says about a finished batch, and how it is searched. */
import type { HistoryEntry } from '../../../shared/history.ts'
import { outcomeOfEntry } from '../../../shared/outcome.ts'
import { formatBytes, formatSpeed } from '../../text/format.ts'
import { t } from '../../text/i18n.ts'
import { copiesText, outcomeText } from '../../text/outcome-text.ts'
import { formatText } from '../../text/verdict-text.ts'

/** Counts, copies, size, duration and speed, each as a phrase; counts of zero are left out. */
export function factsOf(entry: HistoryEntry): readonly string[] {
  const { bytes, activeMs, averageBytesPerSecond, leftOut } = entry
  const outcome = outcomeOfEntry(entry)
  const speed = formatSpeed(averageBytesPerSecond)
  return [
    outcome.level === 'all-stored' ? t('history.stored', { count: outcome.stored }) : outcomeText(outcome),
    copiesText(outcome),
    leftOut > 0 ? t('leftOut.count', { count: leftOut }) : '',
    t('history.took', { bytes: formatBytes(bytes), duration: durationText(activeMs) }),
    speed === '' ? '' : t('history.average', { speed }),
  ].filter((phrase) => phrase !== '')
}

/** Why the card must not be formatted; empty where all originals are stored. */
export function warningOf(entry: HistoryEntry): string {
  const outcome = outcomeOfEntry(entry)
  return outcome.level === 'all-stored' && outcome.copies === 0 ? '' : formatText(outcome, {}, entry.previews)
}

/** A rounded duration, at least one second. */
export function durationText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 90) return t('history.seconds', { seconds })
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return t('history.minutes', { minutes })
  return t('history.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
}

/** Whether name and server together contain every word of the search, ignoring case. */
export function matchesSearch(
  { name, server }: Pick<HistoryEntry, 'name' | 'server'>,
  search: string,
): boolean {
  const text = `${name} ${server.name} ${server.url ?? ''}`.toLocaleLowerCase()
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
