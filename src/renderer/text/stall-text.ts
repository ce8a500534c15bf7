/** Why a file stands still, in words for its row: what concerns it of the reasons that main names. */
import type { ItemRow, Stall } from '../../shared/feed.ts'
import { formatTime } from './format.ts'
import { t } from './i18n.ts'

/** Seconds without an answer are told in steps, so that a row is not written anew each second. */
const stepSeconds = 5

/** @returns empty where the file moves, or where its status says it all */
export function stallOfRow(row: ItemRow | undefined, stalls: readonly Stall[] | undefined): string {
  if (row === undefined || stalls === undefined) return ''
  for (const stall of stalls) {
    const words = stallInRow(row, stall)
    if (words !== '') return words
  }
  return ''
}

function stallInRow({ state }: ItemRow, stall: Stall): string {
  if (state.status === 'paused') return stall.kind === 'paused' ? t('stall.pausedByYou') : ''
  if (state.status === 'uploading') return stall.kind === 'no-answer' ? stallWords(stall, Date.now()) : ''
  if (state.status !== 'queued') return ''
  return stall.kind === 'timetable' || stall.kind === 'server-away' || stall.kind === 'server-full'
    ? stallWords(stall, Date.now())
    : ''
}

/** One reason as a sentence of its own. */
export function stallWords(stall: Stall, nowMs: number): string {
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
    case 'server-verifying':
      return t('stall.verifying', { count: stall.files })
    case 'no-answer':
      return t('stall.noAnswer', { seconds: secondsSince(stall.sinceMs, nowMs) })
    case 'retrying':
      return t('stall.retrying', { count: stall.files, time: formatTime(stall.untilMs) })
  }
}

function secondsSince(sinceMs: number, nowMs: number): number {
  return Math.max(stepSeconds, Math.floor((nowMs - sinceMs) / 1000 / stepSeconds) * stepSeconds)
}
