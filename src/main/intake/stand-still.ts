/** Whether a file has stood still for a while: by its own times, or by having looked at it twice. No side effects. */
import type { SourceStamp } from './source-file.ts'

/** A version of a file, and since when it is known. */
export type SeenVersion = Pick<SourceStamp, 'mtimeMs' | 'ctimeMs'> & {
  /** When this very version was first seen, ms since 1970; null: not before now. */
  readonly seenAtMs: number | null
}

export interface StillRule {
  /** How long it must have stood still, ms. */
  readonly requiredMs: number
  /** Whether the clock of `nowMs` writes the file's own times; another machine's may be wrong by hours. */
  readonly isOwnClock: boolean
  /** ms since 1970. */
  readonly nowMs: number
}

/** FAT keeps times in steps of two seconds, some disks in steps of one: the last write may be later by as much. */
const coarseStepMs = 2_000
/** How far apart the kernel's clock ticks for other times may be. */
const fineStepMs = 20

/**
 * How long until the file, if nothing writes to it, has stood still for as long as the rule asks.
 * @param version as it was found just now
 * @returns ms; 0 when it has stood still
 */
export function msUntilStill(version: SeenVersion, { requiredMs, isOwnClock, nowMs }: StillRule): number {
  if (requiredMs === 0) return 0
  // A clock that was set back says nothing about what was seen before.
  const seenForMs = Math.max(0, nowMs - (version.seenAtMs ?? nowMs))
  const unwrittenForMs = isOwnClock ? nowMs - lastWrittenMs(version) : -1
  // In the future: some other clock wrote them.
  const stillForMs = unwrittenForMs < 0 ? seenForMs : Math.max(seenForMs, unwrittenForMs)
  return Math.max(0, Math.ceil(requiredMs - stillForMs))
}

/** How long a version may already have been followed by another one with the same times, ms. */
export function stepOf({ mtimeMs, ctimeMs }: SeenVersion): number {
  const isCoarse = mtimeMs % 1000 === 0 && (ctimeMs ?? 0) % 1000 === 0
  return isCoarse ? coarseStepMs : fineStepMs
}

/** The latest moment at which it can have been written to, by its own times. */
function lastWrittenMs(version: SeenVersion): number {
  const { mtimeMs, ctimeMs } = version
  const lastMs = Math.max(mtimeMs, ctimeMs ?? mtimeMs)
  const stepMs = stepOf(version)
  return stepMs === coarseStepMs ? lastMs + stepMs : lastMs
}
