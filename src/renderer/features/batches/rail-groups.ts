/** Sorts batches into the groups of the rail: what is under way, what needs the person, what is finished. */
import { useRef } from 'react'
import type { BatchRow, ServerState } from '../../../shared/feed.ts'
import type { Outcome } from '../../../shared/outcome.ts'
import { isFinished } from '../../../shared/upload.ts'
import { type QueueState, useQueue } from '../../store/queue-store.ts'
import { countOf, outcomeOfBatch } from '../../store/status-groups.ts'
import { batchName } from '../../text/batch-name.ts'

/** In the order of the rail. */
export const railGroups = ['progress', 'attention', 'finished'] as const
export type RailGroup = (typeof railGroups)[number]
export type RailGroups = Readonly<Record<RailGroup, readonly string[]>>

/** A batch that waits for a card needs the person as much as one that ended with failures. */
export function groupOf(batch: BatchRow): RailGroup {
  const { level } = outcomeOfBatch(batch)
  if (level === 'all-stored') return 'finished'
  return level === 'in-progress' && batch.awaitedDrives.length === 0 ? 'progress' : 'attention'
}

/** The ring's colour: red where something failed, amber where something waits or is not stored, green where all is stored. */
export type RingTone = 'accent' | 'good' | 'warn' | 'bad'

/** @param server of the batch */
export function ringTone(batch: BatchRow, outcome: Outcome, server: ServerState | undefined): RingTone {
  if (outcome.notSent.failed > 0) return 'bad'
  if (outcome.level === 'all-stored') return 'good'
  const waits = batch.awaitedDrives.length > 0 || isPaused(batch) || isAway(server)
  return outcome.level === 'some-not' || waits ? 'warn' : 'accent'
}

/** Whether everything that is left of a batch is paused. */
export function isPaused({ totals }: BatchRow): boolean {
  const { paused } = totals.counts
  return paused > 0 && countOf(totals, (status) => !isFinished(status)) === paused
}

export const isAway = (server: ServerState | undefined) => server?.reachability === 'unreachable'

type Batches = Pick<QueueState, 'batches' | 'batchIds'>

/** @param search words that must all be in a batch's name, ignoring case */
export function groupBatches({ batches, batchIds }: Batches, search: string): RailGroups {
  const groups: Record<RailGroup, string[]> = { progress: [], attention: [], finished: [] }
  const words = fold(search)
    .split(/\s+/)
    .filter((word) => word !== '')
  for (const id of batchIds) {
    const batch = batches.get(id)
    if (batch === undefined) continue
    const name = words.length === 0 ? '' : fold(batchName(batch.name))
    if (words.every((word) => name.includes(word))) groups[groupOf(batch)].push(id)
  }
  return groups
}

const fold = (text: string) => text.normalize('NFC').toLowerCase()

/** The groups; the same object until a batch changes its group or its place. */
export function useRailGroups(search: string): RailGroups {
  const batches = useQueue((state) => state.batches)
  const batchIds = useQueue((state) => state.batchIds)
  const before = useRef<RailGroups | null>(null)
  const next = groupBatches({ batches, batchIds }, search)
  if (before.current === null || !isSame(before.current, next)) before.current = next
  return before.current
}

function isSame(one: RailGroups, other: RailGroups): boolean {
  return railGroups.every(
    (group) =>
      one[group].length === other[group].length && one[group].every((id, at) => id === other[group][at]),
  )
}
