/** Which statuses a list filter shows, and which actions are possible in each status. */
import type { Totals } from '../../shared/feed.ts'
import type { Target } from '../../shared/ipc.ts'
import { isFinished, type UploadStatus, uploadStatuses } from '../../shared/upload.ts'

/** Always visible; the others are in a menu. */
export const mainFilters = ['all', 'unfinished', 'failed', 'done'] as const
export const statusFilters = [...mainFilters, 'paused', 'waiting', 'canceled'] as const
export type StatusFilter = (typeof statusFilters)[number]

export const matchesFilter: Readonly<Record<StatusFilter, (status: UploadStatus) => boolean>> = {
  all: () => true,
  unfinished: (status) => !isFinished(status),
  failed: (status) => status === 'failed',
  done: (status) => status === 'done',
  paused: (status) => status === 'paused',
  waiting: (status) => status === 'waiting',
  canceled: (status) => status === 'canceled',
}

/** Whether an action is possible; `retry` uploads the file again. */
export const can = {
  pause: (status: UploadStatus) => status !== 'paused' && !isFinished(status),
  resume: (status: UploadStatus) => status === 'paused',
  retry: (status: UploadStatus) => status === 'failed' || status === 'canceled',
  cancel: (status: UploadStatus) => !isFinished(status),
} as const

export const everything: Target = { all: true }

/** How many files have a status that matches. */
export function countOf(totals: Totals | undefined, matches: (status: UploadStatus) => boolean): number {
  if (totals === undefined) return 0
  return uploadStatuses.reduce((sum, status) => sum + (matches(status) ? totals.counts[status] : 0), 0)
}

export function countInFilter(totals: Totals | undefined, filter: StatusFilter): number {
  return countOf(totals, matchesFilter[filter])
}

/** Whether at least one file is stored and verified, and all others are too or were canceled. */
export function isComplete(totals: Totals): boolean {
  return totals.counts.done > 0 && totals.counts.done + totals.counts.canceled === totals.files
}
