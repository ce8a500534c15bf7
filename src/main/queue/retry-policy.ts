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
  /** The server is away or full: everything waits for it, and no retry is counted. */
  | { readonly kind: 'wait-for-server' }
  /** The file's drive is gone: the file waits for it, and no retry is counted. */
  | { readonly kind: 'park' }
  | {
      readonly kind: 'retry'
      /** ms from now. */
      readonly delayMs: number
      /** The new count. */
      readonly attempts: number
      /** Drop the server's task and begin a new one. */
      readonly newTask: boolean
      /** Hash the source again: the known digest may not be the file's. */
      readonly rehash: boolean
    }

const firstDelayMs = 1_000
const longestDelayMs = 60_000

/**
 * Connection trouble: an attempt that sent bytes before it met one of these resets the count, so that a 50 GB video
 * survives a hundred short breaks. For other errors progress proves nothing, and a loop would never end.
 */
const forgivenByProgress: ReadonlySet<ErrorCode> = new Set([
  'connection-lost',
  'connection-stalled',
  'request-timeout',
  'too-many-requests',
  'server-closing',
  'server-error',
])

/**
 * The action for a failure: exponential backoff with jitter, never before Retry-After.
 * @param random a number from 0 to 1, as Math.random gives it
 */
export function decide(error: UploadError, record: AttemptRecord, random: number): Verdict {
  const way: Recovery = failureKinds[error.code].recovery
  switch (way) {
    case 'stop':
      return { kind: 'fail' }
    case 'suspend':
    case 'ask':
      return { kind: 'wait-for-server' }
    case 'park':
      return { kind: 'park' }
    case 'smaller-chunks':
    case 'stand-still':
    case 'wait-here':
    case 'retry':
    case 'ask-again':
    case 'new-task':
      return retry(error, way, record, random)
  }
}

function retry(error: UploadError, way: Recovery, record: AttemptRecord, random: number): Verdict {
  const before = record.progressed && forgivenByProgress.has(error.code) ? 0 : record.attempts
  if (before >= record.maxRetries) return { kind: 'fail' }
  return {
    kind: 'retry',
    delayMs: Math.max(backoffMs(before, random), error.retryAfterMs ?? 0),
    attempts: before + 1,
    newTask: way === 'new-task' || error.code === 'source-changed',
    rehash: error.code === 'digest-mismatch' || error.code === 'chunk-conflict',
  }
}

/** The item as a verdict leaves it. @param nowMs ms since 1970 */
export function afterFailure(
  item: UploadItem,
  { info }: UploadError,
  verdict: Verdict,
  nowMs: number,
): UploadItem {
  if (verdict.kind === 'fail') return transition(item, { status: 'failed', error: info })
  if (verdict.kind === 'wait-for-server' || verdict.kind === 'park') {
    return transition(item, { status: 'waiting', error: info, untilMs: null })
  }
  const waiting = transition(item, { status: 'waiting', error: info, untilMs: nowMs + verdict.delayMs })
  return { ...waiting, ...resetBy(verdict), attempts: verdict.attempts }
}

/** What is no longer true of an item once its task is dropped or its digest is in doubt. */
function resetBy(verdict: { newTask: boolean; rehash: boolean }): Partial<UploadItem> {
  return {
    ...(verdict.newTask ? { taskId: null, acknowledgedBytes: 0 } : {}),
    ...(verdict.rehash ? { md5: null } : {}),
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
