/** Which statuses a list filter shows, and which actions are possible in each status. */
import type { BatchRow, Totals } from '../../shared/feed.ts'
import type { Target } from '../../shared/ipc.ts'
import { type Outcome, outcomeOf } from '../../shared/outcome.ts'
import { countedAs, isFinished, isOver, type UploadStatus, uploadStatuses } from '../../shared/upload.ts'

/** In the order in which they stand above the list, each where it would show something; the others are in a menu. */
const barFilters = ['all', 'unfinished', 'failed', 'done', 'skipped', 'canceled', 'empty'] as const
export const statusFilters = [...barFilters, 'paused', 'waiting'] as const
export type StatusFilter = (typeof statusFilters)[number]

export const matchesFilter: Readonly<Record<StatusFilter, (status: UploadStatus) => boolean>> = {
  all: () => true,
  unfinished: (status) => !isFinished(status),
  failed: (status) => status === 'failed',
  done: (status) => status === 'done',
  paused: (status) => status === 'paused',
  waiting: (status) => status === 'waiting',
  canceled: (status) => status === 'canceled',
  skipped: (status) => status === 'skipped',
  empty: (status) => status === 'empty',
}

/** Whether an action is possible; `retry` uploads the file again. */
export const can = {
  pause: (status: UploadStatus) => status !== 'paused' && !isFinished(status),
  resume: (status: UploadStatus) => status === 'paused',
  retry: (status: UploadStatus) => isFinished(status) && countedAs(status) !== 'stored',
  cancel: (status: UploadStatus) => !isFinished(status),
  removeFinished: isOver,
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

/** The filters that stand above the list: those that would show something, and the selected one. */
export function filtersInBar(totals: Totals | undefined, selected: StatusFilter): readonly StatusFilter[] {
  return barFilters.filter((one) => one === 'all' || one === selected || countInFilter(totals, one) > 0)
}

/** What a batch comes to. */
export function outcomeOfBatch(batch: Pick<BatchRow, 'totals' | 'scanning' | 'checking'>): Outcome {
  const { totals, scanning, checking } = batch
  return outcomeOf(totals, { scanning, checking })
}
