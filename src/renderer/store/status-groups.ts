/** Which statuses a list filter lets through, and what can still be done to files in each status. Pure. */
import type { Totals } from '../../shared/feed.ts'
import type { Target } from '../../shared/ipc.ts'
import { isFinished, type UploadStatus, uploadStatuses } from '../../shared/upload.ts'

/** Always in sight; the others are in a menu. */
export const mainFilters = ['all', 'unfinished', 'failed', 'done'] as const
export const statusFilters = [...mainFilters, 'paused', 'waiting', 'canceled'] as const
export type StatusFilter = (typeof statusFilters)[number]

export const filterHolds: Readonly<Record<StatusFilter, (status: UploadStatus) => boolean>> = {
  all: () => true,
  unfinished: (status) => !isFinished(status),
  failed: (status) => status === 'failed',
  done: (status) => status === 'done',
  paused: (status) => status === 'paused',
  waiting: (status) => status === 'waiting',
  canceled: (status) => status === 'canceled',
}

/** What may be done to a file now; `retry` sends it anew. */
export const can = {
  pause: (status: UploadStatus) => status !== 'paused' && !isFinished(status),
  resume: (status: UploadStatus) => status === 'paused',
  retry: (status: UploadStatus) => status === 'failed' || status === 'canceled',
  cancel: (status: UploadStatus) => !isFinished(status),
} as const

export const everything: Target = { all: true }

/** How many files of these totals have a status that the predicate holds for. */
export function countOf(totals: Totals | undefined, holds: (status: UploadStatus) => boolean): number {
  if (totals === undefined) return 0
  return uploadStatuses.reduce((sum, status) => sum + (holds(status) ? totals.counts[status] : 0), 0)
}

export function countInFilter(totals: Totals | undefined, filter: StatusFilter): number {
  return countOf(totals, filterHolds[filter])
}

/** Whether every file that was not canceled is stored and verified. */
export function isComplete(totals: Totals): boolean {
  return totals.counts.done > 0 && totals.counts.done + totals.counts.canceled === totals.files
}
