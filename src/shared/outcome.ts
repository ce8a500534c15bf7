/**
 * What a set of files comes to. Every place that shows counts uses this one sum: stored + not sent + still to do =
 * dropped (R3, docs/promises.md). Whether a file is stored says its status; see upload.ts.
 */
import type { Totals } from './feed.ts'
import type { HistoryEntry } from './history.ts'
import { countedAs, type NotSentStatus, uploadStatuses } from './upload.ts'

/** Why a file that was dropped is not stored and will not be by itself, in the order in which texts name the reasons. */
const notSentReasons = [
  'failed',
  'empty',
  'skipped',
  'canceled',
  'removed',
  'neverArrived',
  'unread',
] as const satisfies readonly (NotSentStatus | 'removed' | 'neverArrived' | 'unread')[]
export type NotSentReason = (typeof notSentReasons)[number]
type NotSent = Readonly<Record<NotSentReason, number>>

/**
 * Green, amber, red. `all-stored`: every dropped file is stored and verified, and nobody still looks for more; the only
 * level at which anything may be called safe. `some-not`: over, and something dropped is not stored. `failed`: over, and
 * something failed. `in-progress`: something is still to be done, found or checked, or there is nothing at all.
 */
export type Level = 'all-stored' | 'some-not' | 'failed' | 'in-progress'

export interface Outcome {
  readonly dropped: number
  /** Stored and verified, those included that were removed from the list since. */
  readonly stored: number
  /** Of those, as converted copies: their originals were not uploaded. */
  readonly copies: number
  /** Neither stored nor out: they will be sent, or are paused. */
  readonly toDo: number
  readonly notSent: NotSent
  /** The sum of `notSent`. */
  readonly notSentFiles: number
  readonly level: Level
}

/** What may still change the counts of files that all seem to be done. */
export interface Unfinished {
  /** Folders are still being read, or files still come from a page. */
  readonly scanning?: boolean
  /** Originals are still being compared with what was sent. */
  readonly checking?: boolean
}

interface Sums extends Pick<Totals, 'counts' | 'copies' | 'removed' | 'neverArrived'> {
  /**
   * Dropped paths of which reading ended early, each counted as one file, since nobody knows how many are in it. Left out
   * while they are being read: then `scanning` says that more files may come.
   */
  readonly unread?: number
}

/** What the files of a batch, or of the whole list, come to. */
export function outcomeOf(
  { counts, copies, removed, neverArrived, unread = 0 }: Sums,
  unfinished: Unfinished = {},
): Outcome {
  const sums = {
    'to-do': 0,
    stored: removed.stored,
    failed: 0,
    empty: 0,
    skipped: removed.skipped,
    canceled: 0,
  }
  for (const status of uploadStatuses) sums[countedAs(status)] += counts[status]
  const { stored, 'to-do': toDo, ...notSent } = sums
  const known = { stored, toDo, copies: copies + removed.copies }
  const others = { removed: removed.notStored, neverArrived, unread }
  return summed({ ...known, notSent: { ...notSent, ...others } }, unfinished)
}

/** What a finished batch came to. */
export function outcomeOfEntry(entry: Pick<HistoryEntry, 'counts' | 'neverArrived'>): Outcome {
  const { counts } = entry
  const { done, unfinished, copies, failed, empty, skipped, canceled, removed, unread } = counts
  const neverArrived = entry.neverArrived?.files ?? 0
  const notSent = { failed, empty, skipped, canceled, removed, neverArrived, unread }
  return summed({ stored: done, toDo: unfinished, copies, notSent }, {})
}

function summed(
  counts: Pick<Outcome, 'stored' | 'toDo' | 'copies' | 'notSent'>,
  { scanning = false, checking = false }: Unfinished,
): Outcome {
  const { stored, toDo, notSent } = counts
  const notSentFiles = notSentReasons.reduce((sum, reason) => sum + notSent[reason], 0)
  const dropped = stored + toDo + notSentFiles
  const isOver = dropped > 0 && toDo === 0 && !scanning && !checking
  return { ...counts, notSentFiles, dropped, level: isOver ? levelOf(notSent, notSentFiles) : 'in-progress' }
}

function levelOf({ failed }: NotSent, notSentFiles: number): Level {
  if (failed > 0) return 'failed'
  return notSentFiles > 0 ? 'some-not' : 'all-stored'
}

/** The reasons that apply, each with its count. */
export function reasonsOf({ notSent }: Pick<Outcome, 'notSent'>): { reason: NotSentReason; count: number }[] {
  return notSentReasons.map((reason) => ({ reason, count: notSent[reason] })).filter(({ count }) => count > 0)
}

/**
 * How much of the work is done, 0 to 1: bytes that the server has, of all that are to be sent, whatever was left out.
 * Once nothing is left to do it is the share of the dropped files that is stored, so that a bar beside "604 of 20,000
 * stored" is not full. 1 only when all are stored.
 */
export function shareDone({ bytesAcknowledged, bytesTotal }: Totals, outcome: Outcome): number {
  const { stored, dropped, level } = outcome
  if (level === 'all-stored') return 1
  if (level !== 'in-progress') return dropped === 0 ? 0 : stored / dropped
  return bytesTotal === 0 ? 0 : Math.min(0.99, bytesAcknowledged / bytesTotal)
}

/** As `shareDone`, in whole percent, rounded down: no view claims more than is true. */
export function percentOf(totals: Totals, outcome: Outcome): number {
  return Math.floor(shareDone(totals, outcome) * 100 + 1e-9)
}
