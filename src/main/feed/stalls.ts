/** Why nothing moves although files are not finished. No side effects. */
import type { BandwidthNow } from '../../shared/bandwidth.ts'
import type { DriveWait, ServerState, Stall, Totals } from '../../shared/feed.ts'

export interface StallFacts {
  readonly totals: Totals
  /** Files that will be sent without the person: neither paused nor finished. */
  readonly pendingFiles: number
  /** Of those: files that are still being written. */
  readonly movingFiles: number
  /** When a byte was last acknowledged; 0 for never. All times are ms since 1970. */
  readonly acknowledgedMs: number
  /** Servers that pending files are waiting for. */
  readonly servers: readonly ServerState[]
  /** Drives that files wait for. */
  readonly drives: readonly DriveWait[]
  readonly bandwidth: BandwidthNow
  readonly traffic: { readonly total: number; readonly silentSinceMs: number | null }
  /** When the first file that waits for a moment is tried again; null where none does. */
  readonly nextTryMs: number | null
}

/** A connection that answers within this time is slow, not dead. */
const patienceMs = 4_000

/** @returns the most telling reason first; empty while bytes are acknowledged or nothing is left to do */
export function stallsOf(facts: StallFacts, nowMs: number): Stall[] {
  const { counts } = facts.totals
  const parked = facts.drives.reduce((sum, { files }) => sum + files, 0)
  if (facts.drives.length > 0 && parked === facts.pendingFiles) {
    return facts.drives.map((wait) => ({ kind: 'drive-away', ...wait }))
  }
  if (facts.pendingFiles === 0) return counts.paused > 0 ? [{ kind: 'paused', files: counts.paused }] : []
  const held = heldBack(facts)
  if (held.length > 0 && counts.uploading + counts.verifying === 0) return held
  const { movingFiles: files } = facts
  if (files > 0 && files === facts.pendingFiles) return [...held, { kind: 'being-written', files }]
  if (nowMs - facts.acknowledgedMs < patienceMs || counts.preparing + counts.hashing > 0) return []
  return [...held, ...slow(facts, nowMs)]
}

function heldBack({ bandwidth, servers }: StallFacts): Stall[] {
  const stalls: Stall[] = []
  if (bandwidth.limit === 'pause') stalls.push({ kind: 'timetable', untilMs: bandwidth.untilMs })
  for (const { id: serverId, trouble } of servers) {
    if (!trouble) continue
    const { error, nextTryMs } = trouble
    const kind = error.code === 'storage-full' ? 'server-full' : 'server-away'
    stalls.push({ kind, serverId, error, nextTryMs })
  }
  return stalls
}

function slow(facts: StallFacts, nowMs: number): Stall[] {
  const { pendingFiles, traffic, nextTryMs } = facts
  const { counts } = facts.totals
  if (counts.verifying > 0 && counts.uploading === 0) {
    return [{ kind: 'server-verifying', files: counts.verifying }]
  }
  const { silentSinceMs, total } = traffic
  if (silentSinceMs !== null && nowMs - silentSinceMs >= patienceMs) {
    return [{ kind: 'no-answer', sinceMs: silentSinceMs, bytes: total }]
  }
  if (nextTryMs !== null && counts.waiting === pendingFiles) {
    return [{ kind: 'retrying', untilMs: nextTryMs, files: counts.waiting }]
  }
  return []
}
