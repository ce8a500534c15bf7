/** What a connection knows of the trouble that suspends it. */
import type { ServerTrouble } from '../../shared/feed.ts'
import { failureKinds, type UploadError } from '../../shared/protocol/errors.ts'
import { questionAfter } from './connection-problem.ts'
import type { Depth } from './suspects.ts'

export interface Trouble extends ServerTrouble {
  /** What was met last. */
  readonly met: UploadError
  /** When it began, ms awake. */
  readonly sinceAwakeMs: number
  /** How far the attempt came that failed last: an answer to less proves nothing. */
  readonly depth: Depth
}

/** What is known when an error is met. */
interface Circumstances {
  /** How far the attempt came. */
  readonly depth: Depth
  /** ms awake. */
  readonly nowAwakeMs: number
  /** Whether the server has accepted the token before. */
  readonly tokenAccepted: boolean
}

/**
 * The trouble once this error was met, without a next try yet.
 * @param before the trouble until now; null where the error begins one
 */
export function troubleAfter(
  before: Trouble | null,
  error: UploadError,
  { depth, nowAwakeMs, tokenAccepted }: Circumstances,
): Trouble {
  const { sinceMs = Date.now(), sinceAwakeMs = nowAwakeMs, question = null } = before ?? {}
  const next = { error: error.info, nextTryMs: null, question: questionAfter(error, question, tokenAccepted) }
  return { ...next, sinceMs, sinceAwakeMs, depth, met: error }
}

/** What people are shown of it. */
export function shown({ error, sinceMs, nextTryMs, question }: Trouble): ServerTrouble {
  return { error, sinceMs, nextTryMs, question }
}

/** Whether an error is one of the connection or the server, which nothing is sent over until it is over. */
export function suspends({ code }: UploadError): boolean {
  const { recovery } = failureKinds[code]
  return recovery === 'suspend' || recovery === 'ask'
}
