/** Drops that wait for the user to confirm them, surveyed by main or, for drops onto a page, by the page itself. */
import { create } from 'zustand'
import type { DropSurvey } from '../../../shared/survey.ts'

export interface PendingDrop {
  readonly id: number
  readonly survey: DropSurvey
  /** Starts the upload. @param presetId how photos are converted; absent: as the settings say @throws CommandError */
  readonly confirm: (presetId?: string) => Promise<void>
  readonly cancel: () => void
}

interface PendingState {
  /** Shown one after the other, oldest first. */
  readonly pending: readonly PendingDrop[]
}

export const usePendingDrops = create<PendingState>(() => ({ pending: [] }))

interface PendingEntry {
  /** Replaces the survey by a newer one. */
  readonly update: (survey: DropSurvey) => void
  readonly remove: () => void
}

let lastId = 0

export function addPending(drop: Omit<PendingDrop, 'id'>): PendingEntry {
  lastId += 1
  const id = lastId
  const change = (next: (all: readonly PendingDrop[]) => readonly PendingDrop[]) =>
    usePendingDrops.setState(({ pending }) => ({ pending: next(pending) }))
  change((all) => [...all, { ...drop, id }])
  return {
    update: (survey) => change((all) => all.map((one) => (one.id === id ? { ...one, survey } : one))),
    remove: () => change((all) => all.filter((one) => one.id !== id)),
  }
}
