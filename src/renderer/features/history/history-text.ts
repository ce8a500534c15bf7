/** What the history says about a finished batch. Pure. */
import type { HistoryEntry } from '../../../shared/history.ts'
import { formatBytes, formatSpeed } from '../../text/format.ts'
import { t } from '../../text/i18n.ts'

/** Counts, bytes, time and speed, each a phrase of its own; what is nothing is not said. */
export function factsOf({ counts, bytes, activeMs, averageBytesPerSecond }: HistoryEntry): readonly string[] {
  const speed = formatSpeed(averageBytesPerSecond)
  return [
    t('history.stored', { count: counts.done }),
    counts.failed > 0 ? t('history.failed', { count: counts.failed }) : '',
    counts.canceled > 0 ? t('history.canceled', { count: counts.canceled }) : '',
    t('history.took', { bytes: formatBytes(bytes), duration: durationWords(activeMs) }),
    speed === '' ? '' : t('history.average', { speed }),
  ].filter((words) => words !== '')
}

/** At least a second, and no finer than a person cares for. */
export function durationWords(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 90) return t('history.seconds', { seconds })
  const minutes = Math.round(seconds / 60)
  if (minutes < 90) return t('history.minutes', { minutes })
  return t('history.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 })
}

/** Whether name or server hold all the words that are searched for. */
export function isFound({ name, server }: HistoryEntry, search: string): boolean {
  const text = `${name} ${server.name} ${server.url ?? ''}`.toLocaleLowerCase()
  return search
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
