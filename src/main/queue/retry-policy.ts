/**
 * The retry policy: what follows a failed attempt, and after how long. How often in a row is a setting (`maxRetries`); what
 * each error calls for is in shared/protocol/errors.ts. No side effects, so that every row of the table can be tested.
 */
import {
  type ErrorCode,
  failureKinds,
  type Recovery,
  type UploadError,
} from '../../shared/protocol/errors.ts'
import { transition, type UploadItem } from '../../shared/upload.ts'

export interface AttemptRecord {
  /** Automatic retries since the last progress. */
  readonly attempts: number
  /** At most so many; then the file waits for the person. */
  readonly maxRetries: number
  /** Whether the server acknowledged new bytes during this attempt. */
  readonly progressed: boolean
}

export type Verdict =
  | { readonly kind: 'fail' }
  /** The server or the way to it is in trouble: everything for it waits, and nothing is counted. */
  | { readonly kind: 'suspend' }
  /** The file's drive is gone: the file waits for it, and nothing is counted. */
  | { readonly kind: 'park' }
  /** The file is still being written: it is checked again, and nothing is counted. */
  | {
      readonly kind: 'stand-still'
      /** ms from now. */
      readonly delayMs: number
    }
  | {
      readonly kind: 'retry'
      /** ms from now. */
      readonly delayMs: number
      /** Whether it counts against the file. */
      readonly counted: boolean
      /** The count from now on. */
      readonly attempts: number
      /** Drop the server's task and begin a new one. */
      readonly newTask: boolean
      /** Hash the source again: the known digest may not be the file's. */
      readonly rehash: boolean
    }

const firstDelayMs = 1_000
/** A file that is still being written is checked again after this time at the earliest. */
const firstCheckMs = 20
const longestDelayMs = 60_000
const roomCheckMs = 30_000
/** At once, but no loop without a breath should the next size be too large too. */
const smallerChunksMs = 100

/**
 * An attempt that sent bytes before it met one of these resets the count, so that a 50 GB video survives a hundred of
 * them. For other errors progress proves nothing, and a loop would never end.
 */
const forgivenByProgress: ReadonlySet<ErrorCode> = new Set(['chunk-corrupted'])

/** Refusals of one file by the server itself: it is there, and answers. */
export const serverAnswers: ReadonlySet<ErrorCode> = new Set([
  'chunk-corrupted',
  'task-gone',
  'chunks-missing',
  'task-busy',
  'chunk-conflict',
  'digest-mismatch',
  'bad-request',
  'not-found',
  'name-invalid',
  'length-required',
  'file-too-large',
  'chunk-invalid',
])

/**
 * The action for a failure; the table of docs/failures.md.
 * @param random a number from 0 to 1, as Math.random gives it
 */
export function decide(error: UploadError, record: AttemptRecord, random: number): Verdict {
  const way: Recovery = failureKinds[error.code].recovery
  switch (way) {
    case 'stop':
      return { kind: 'fail' }
    case 'suspend':
    case 'ask':
      return { kind: 'suspend' }
    case 'stand-still':
      return { kind: 'stand-still', delayMs: Math.max(firstCheckMs, error.retryAfterMs ?? firstDelayMs) }
    case 'park':
      return { kind: 'park' }
    case 'wait-here':
      return uncounted(record, roomCheckMs)
    case 'smaller-chunks':
      return uncounted(record, smallerChunksMs)
    case 'retry':
    case 'ask-again':
    case 'new-task':
      return counted(error, record, random)
  }
}

function uncounted({ attempts }: AttemptRecord, delayMs: number): Verdict {
  return { kind: 'retry', counted: false, delayMs, attempts, newTask: false, rehash: false }
}

/** Exponential backoff with jitter, never before Retry-After. */
function counted(error: UploadError, record: AttemptRecord, random: number): Verdict {
  const before = record.progressed && forgivenByProgress.has(error.code) ? 0 : record.attempts
  if (before >= record.maxRetries) return { kind: 'fail' }
  return {
    kind: 'retry',
    counted: true,
    delayMs: Math.max(backoffMs(before, random), error.retryAfterMs ?? 0),
    attempts: before + 1,
    newTask: failureKinds[error.code].recovery === 'new-task',
    rehash: error.code === 'digest-mismatch' || error.code === 'chunk-conflict',
  }
}

/** Whether the failure counts against the file. */
export function isCounted(verdict: Verdict): boolean {
  return verdict.kind === 'fail' || (verdict.kind === 'retry' && verdict.counted)
}

/** The item as a verdict leaves it. @param nowMs ms since 1970 */
export function afterFailure(
  item: UploadItem,
  { info }: UploadError,
  verdict: Verdict,
  nowMs: number,
): UploadItem {
  if (verdict.kind === 'fail') return transition(item, { status: 'failed', error: info })
  if (verdict.kind !== 'retry' && verdict.kind !== 'stand-still') {
    return transition(item, { status: 'waiting', error: info, untilMs: null })
  }
  const waiting = transition(item, { status: 'waiting', error: info, untilMs: nowMs + verdict.delayMs })
  // What was read of a file while it changed is no beginning of anything.
  if (verdict.kind === 'stand-still') return { ...waiting, hashCheckpoint: null }
  return { ...waiting, ...resetBy(verdict), attempts: verdict.attempts }
}

/** Whether an item waits for its connection, and not for a moment or for its drive. */
export function waitsForConnection({ state }: UploadItem): boolean {
  if (state.status !== 'waiting' || state.untilMs !== null) return false
  const { recovery } = failureKinds[state.error.code]
  return recovery === 'suspend' || recovery === 'ask'
}

/** What is no longer true of an item once its task is dropped or its digest is in doubt. */
function resetBy(verdict: { newTask: boolean; rehash: boolean }): Partial<UploadItem> {
  return {
    ...(verdict.newTask ? { taskId: null, acknowledgedBytes: 0 } : {}),
    ...(verdict.rehash ? { md5: null, sha256: null } : {}),
  }
}

/**
 * Half fixed, half random, doubling: many clients that lost the same server do not all come back at once.
 * @param failures earlier failures in a row
 * @param random 0 to 1
 * @returns ms
 */
export function backoffMs(
  failures: number,
  random: number,
  firstMs = firstDelayMs,
  longestMs = longestDelayMs,
) {
  const full = Math.min(firstMs * 2 ** failures, longestMs)
  return Math.round(full / 2 + (full / 2) * random)
}
