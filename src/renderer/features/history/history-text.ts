/** What the history says about a finished batch, and how it is searched. */
import type { HistoryEntry } from '../../../shared/history.ts'
import { formatBytes, formatSpeed } from '../../text/format.ts'
import { t } from '../../text/i18n.ts'

/** Counts, size, duration and speed, each as a phrase; counts of zero are left out. */
export function factsOf(entry: HistoryEntry): readonly string[] {
  const { counts, bytes, activeMs, averageBytesPerSecond, leftOut, neverArrived } = entry
  const speed = formatSpeed(averageBytesPerSecond)
  return [
    t('history.stored', { count: counts.done }),
    counts.failed > 0 ? t('history.failed', { count: counts.failed }) : '',
    counts.canceled > 0 ? t('history.canceled', { count: counts.canceled }) : '',
    neverArrived === null ? '' : t('history.neverArrived', { count: neverArrived.files }),
    leftOut > 0 ? t('leftOut.count', { count: leftOut }) : '',
    t('history.took', { bytes: formatBytes(bytes), duration: durationText(activeMs) }),
    speed === '' ? '' : t('history.average', { speed }),
  ].filter((phrase) => phrase !== '')
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
export function matchesSearch({ name, server }: HistoryEntry, search: string): boolean {
  const text = `${name} ${server.name} ${server.url ?? ''}`.toLocaleLowerCase()
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
