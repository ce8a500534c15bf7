/** Why nothing moves, as a sentence. */
import type { Stall } from '../../shared/feed.ts'
import { formatTime } from './format.ts'
import { t } from './i18n.ts'

/** The wait for a response is shown in steps, so that rows do not render every second. */
const stepSeconds = 5

/** @param nowMs ms since 1970 */
export function stallText(stall: Stall, nowMs: number): string {
  switch (stall.kind) {
    case 'paused':
      return t('stall.paused', { count: stall.files })
    case 'timetable':
      return stall.untilMs === null
        ? t('stall.timetable')
        : t('stall.timetableUntil', { time: formatTime(stall.untilMs) })
    case 'server-away':
      return t('stall.serverAway')
    case 'server-full':
      return t('stall.serverFull')
    case 'drive-away':
      return stall.files === 0
        ? t('stall.driveAway', { name: stall.name })
        : t('stall.driveAwayFiles', { name: stall.name, count: stall.files })
    case 'server-verifying':
      return t('stall.verifying', { count: stall.files })
    case 'no-answer':
      return t('stall.noAnswer', { seconds: secondsSince(stall.sinceMs, nowMs) })
    case 'being-written':
      return t('stall.beingWritten', { count: stall.files })
    case 'retrying':
      return t('stall.retrying', { count: stall.files, time: formatTime(stall.untilMs) })
  }
}

function secondsSince(sinceMs: number, nowMs: number): number {
  return Math.max(stepSeconds, Math.floor((nowMs - sinceMs) / 1000 / stepSeconds) * stepSeconds)
}
