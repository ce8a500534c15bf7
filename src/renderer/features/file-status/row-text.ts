/** What a row says about its file: percentage, status, what it waits for, what went wrong. Pure. */
import type { ItemRow } from '../../../shared/feed.ts'
import type { PreparationNote } from '../../../shared/preparation.ts'
import { errorWords, joinSentences } from '../../text/error-text.ts'
import { formatBytes, formatClock, formatPercent, honestPercent } from '../../text/format.ts'
import { t } from '../../text/i18n.ts'
import { skipWords } from '../../text/skip-rule-text.ts'

export interface RowWords {
  readonly name: string
  /** The folder inside the library; empty at the top. */
  readonly folder: string
  /** Whole percent of acknowledged bytes; 100 only when the file is stored and verified. */
  readonly percent: number
  /** Whole percent with what was sent and not yet acknowledged; never below `percent`. */
  readonly aheadPercent: number
  readonly status: string
  /** What it waits for, what went wrong and what to do, or what was made of it; empty when there is nothing to say. */
  readonly detail: string
}

/**
 * @param maxRetries as set, for "2nd of 3"
 * @param stall why it stands still where its status does not say so; empty where it moves
 */
export function wordsOfRow(row: ItemRow, maxRetries: number, nowMs: number, stall = ''): RowWords {
  const slash = row.relativePath.lastIndexOf('/')
  const percent = honestPercent(row.acknowledgedBytes, row.size, row.state.status === 'done')
  const detail = detailOf(row, maxRetries, nowMs)
  return {
    name: row.relativePath.slice(slash + 1),
    folder: row.relativePath.slice(0, Math.max(0, slash)),
    percent,
    aheadPercent: Math.max(
      percent,
      honestPercent(row.acknowledgedBytes + row.inFlightBytes, row.size, false),
    ),
    status: statusWords(row),
    detail: stall === '' ? detail : stall,
  }
}

export function rowLabel({ name, status, percent, detail }: RowWords): string {
  const label = t('row.label', { name, status, percent: formatPercent(percent) })
  return detail === '' ? label : `${label}. ${detail}`
}

function statusWords({ state, size }: ItemRow): string {
  if (state.status !== 'hashing') return t(`status.${state.status}`)
  return t('row.readingPercent', { percent: formatPercent(honestPercent(state.hashedBytes, size, false)) })
}

function detailOf(row: ItemRow, maxRetries: number, nowMs: number): string {
  const { state } = row
  if (state.status === 'failed')
    return joinSentences(errorWords(state.error), t(`advice.${state.error.code}`))
  if (state.status !== 'waiting') return noteWords(row)
  return joinSentences(waitingWords(row, maxRetries, nowMs), errorWords(state.error))
}

function noteWords({ note, size }: ItemRow): string {
  switch (note?.kind) {
    case undefined:
      return ''
    case 'original-kept':
      return keptWords(note)
    case 'converted':
      return t('row.converted', { before: formatBytes(note.originalSize), after: formatBytes(size) })
    case 'skipped':
      return t('row.skipped', { rule: skipWords(note.reason) })
    case 'empty':
      return t('row.empty')
  }
}

/** Why the original went; under a preset that removes the place, what became of that. */
export function keptWords({ reason, place }: Extract<PreparationNote, { kind: 'original-kept' }>): string {
  const why = t(`kept.${reason}`)
  return place === undefined ? why : joinSentences(why, t(`place.${place}`))
}

function waitingWords({ state, attempts }: ItemRow, maxRetries: number, nowMs: number): string {
  if (state.status !== 'waiting') return ''
  if (state.untilMs === null) {
    return state.error.code === 'storage-full' ? t('row.waitingForRoom') : t('row.waitingForServer')
  }
  const nth = Math.max(1, attempts)
  const ordinal = { count: nth, ordinal: true } as const
  const most = Math.max(nth, maxRetries)
  return state.untilMs <= nowMs
    ? t('row.retryingSoon', { ...ordinal, most })
    : t('row.retryingAt', { ...ordinal, time: formatClock(state.untilMs), most })
}
