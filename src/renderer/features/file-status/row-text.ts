/** What a row says about its file: progress, status, what it waits for, what went wrong. */
import type { ItemRow, Stall } from '../../../shared/feed.ts'
import type { PhotoExtra, PreparationNote } from '../../../shared/preparation.ts'
import { failureKinds } from '../../../shared/protocol/errors.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { storedCopyName, storedName } from '../../../shared/stored-name.ts'
import { isMoving } from '../../../shared/upload.ts'
import { errorText, joinSentences } from '../../text/error-text.ts'
import { formatBytes, formatClock, formatPercent, percentDone } from '../../text/format.ts'
import { t } from '../../text/i18n.ts'
import { skipRuleText } from '../../text/skip-rule-text.ts'
import { stallText } from '../../text/stall-text.ts'

export interface RowText {
  readonly name: string
  /** Of a set, what its files are, as `CR3 + XMP`; empty for a file. */
  readonly parts: string
  /** Of a set, how many files it has; empty for a file. */
  readonly files: string
  /** The folder inside the library; empty at the top level. */
  readonly folder: string
  /** Whole percent of acknowledged bytes, while the file is read of those that were read; 100 only when it is stored and verified. */
  readonly percent: number
  /** Whole percent including bytes that were sent but not acknowledged yet; at least `percent`. */
  readonly aheadPercent: number
  readonly status: string
  /** What it waits for, what went wrong and what to do, or how it was converted; may be empty. */
  readonly detail: string
}

/**
 * @param maxRetries from the settings, for "2nd of 3"
 * @param nowMs ms since 1970
 * @param stall why it does not move, from `rowStallText`; empty where it moves or its status says it all
 */
export function rowText(row: ItemRow, maxRetries: number, nowMs: number, stall = ''): RowText {
  const { relativePath, acknowledgedBytes, inFlightBytes, size, state } = row
  const slash = relativePath.lastIndexOf('/')
  const doneBytes = state.status === 'hashing' ? state.hashedBytes : acknowledgedBytes
  const percent = percentDone(doneBytes, size, state.status === 'done')
  return {
    name: escapeControls(relativePath.slice(slash + 1)),
    parts: '',
    files: '',
    folder: escapeControls(relativePath.slice(0, Math.max(0, slash))),
    percent,
    aheadPercent: Math.max(percent, percentDone(acknowledgedBytes + inFlightBytes, size, false)),
    status: t(`status.${state.status}`),
    detail: stall === '' ? detailText(row, maxRetries, nowMs) : stall,
  }
}

/** The row as one sentence, for screen readers. */
export function rowLabel({ name, parts, files, status, percent, detail }: RowText): string {
  const what = parts === '' ? name : t('sets.label', { name, files, parts })
  const label = t('row.label', { name: what, status, percent: formatPercent(percent) })
  return detail === '' ? label : `${label}. ${detail}`
}

/** Why this file does not move; empty where it moves, or where its status says it all. */
export function rowStallText({ state }: ItemRow, stalls: readonly Stall[]): string {
  const stall = stalls.find(({ kind }) => explains(kind, state.status))
  if (stall === undefined) return ''
  return stallText(stall, Date.now())
}

function explains(kind: Stall['kind'], status: ItemRow['state']['status']): boolean {
  if (status === 'uploading') return kind === 'no-answer'
  return status === 'queued' && (kind === 'timetable' || kind === 'server-away' || kind === 'server-full')
}

function detailText(row: ItemRow, maxRetries: number, nowMs: number): string {
  const { state } = row
  if (state.status === 'failed') return joinSentences(errorText(state.error), t(`advice.${state.error.code}`))
  if (state.status === 'skipped') {
    if (state.reason.by === 'no-preview') return t('row.noPreview')
    return t(row.nameOnly ? 'row.skippedOnPage' : 'row.skipped', { rule: skipRuleText(state.reason) })
  }
  if (state.status === 'empty') return t('row.empty')
  if (isMoving(row)) return joinSentences(t('row.beingWritten'), changedText(row))
  if (state.status === 'waiting') {
    return joinSentences(waitingText(row, maxRetries, nowMs), errorText(state.error))
  }
  if (row.changed) return changedText(row)
  if (row.isPreview && row.note !== null) return previewText(row)
  const [note, stored] = [noteText(row), storedAsText(row)]
  return note === '' || stored === '' ? note + stored : joinSentences(note, stored)
}

function previewText({ note, size }: ItemRow): string {
  if (note?.kind !== 'converted') return ''
  return t('row.preview', { before: formatBytes(note.originalSize), after: formatBytes(size) })
}

function changedText({ changed }: ItemRow): string {
  return changed ? t('row.changed') : ''
}

/** Two rows of one name must not look like one file. */
function storedAsText({ relativePath, note, state }: ItemRow): string {
  if (state.status !== 'done') return ''
  const find = note?.kind === 'converted' ? storedCopyName : storedName
  const name = find(relativePath, state.url)
  return name === null ? '' : t('row.storedAs', { name })
}

function noteText({ note, size }: ItemRow): string {
  switch (note?.kind) {
    case undefined:
      return ''
    case 'original-kept':
      return keptOriginalText(note)
    case 'converted':
      return withLeftOut(
        t('row.converted', { before: formatBytes(note.originalSize), after: formatBytes(size) }),
        note.leftOut ?? [],
      )
  }
}

/** Adds what the copy lacks of its original. */
function withLeftOut(converted: string, extras: readonly PhotoExtra[]): string {
  const what = extras.map((extra) => t(`extra.${extra}`)).join(', ')
  return what === '' ? converted : joinSentences(converted, t('row.leftOut', { what }))
}

/** Why the original was uploaded, and whether its location was removed where the preset wants that. */
export function keptOriginalText({
  reason,
  place,
}: Extract<PreparationNote, { kind: 'original-kept' }>): string {
  const why = t(`kept.${reason}`)
  return place === undefined ? why : joinSentences(why, t(`place.${place}`))
}

function waitingText({ state, attempts }: ItemRow, maxRetries: number, nowMs: number): string {
  if (state.status !== 'waiting') return ''
  const { recovery } = failureKinds[state.error.code]
  // The error itself says what is waited for.
  if (recovery === 'park') return ''
  // Nothing of these is counted: no try is the first of three.
  if (recovery === 'wait-here') return t('row.waitingForRoomHere')
  if (recovery === 'smaller-chunks') return t('row.smallerChunks')
  if (state.untilMs === null) {
    return state.error.code === 'storage-full' ? t('row.waitingForSpace') : t('row.waitingForServer')
  }
  const attempt = Math.max(1, attempts)
  const ordinal = { count: attempt, ordinal: true } as const
  const most = Math.max(attempt, maxRetries)
  return state.untilMs <= nowMs
    ? t('row.retryingSoon', { ...ordinal, most })
    : t('row.retryingAt', { ...ordinal, time: formatClock(state.untilMs), most })
}
