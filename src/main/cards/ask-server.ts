/** Asks a server whether it has a content, and has it read its own bytes of it; waits while it is away or still reads. */
import { setTimeout as pause } from 'node:timers/promises'
import { failureKinds, toUploadError, UploadError } from '../../shared/protocol/errors.ts'
import type { ListedFile } from '../../shared/protocol/wire.ts'
import type { Content, ServerApi } from '../transfer/server-api.ts'

const firstPauseMs = 500
const longestPauseMs = 10_000

export interface AskOptions {
  /** Null while nothing can be asked. */
  readonly api: () => ServerApi | null
  /** Since when the server's reading counts, monotonic ms as of performance.now(). */
  readonly sinceMs: number
  /** The server is away, or is back. */
  readonly onWaiting: (isWaiting: boolean) => void
  readonly signal: AbortSignal
}

/**
 * @returns null where the server has no file with this content, or none whose bytes are still those
 * @throws UploadError of the server, one that no waiting mends; the signal's reason
 */
export async function askServer(content: Content, options: AskOptions): Promise<ListedFile | null> {
  const { api, sinceMs, onWaiting, signal } = options
  // What the server read before the check began counts for nothing; the reading that this very question began does.
  let within = Math.floor((performance.now() - sinceMs) / 1000)
  for (let pauseMs = firstPauseMs; ; ) {
    signal.throwIfAborted()
    const answer = await ask(api(), content, within, signal)
    if (answer === 'checking') within = Math.ceil((performance.now() - sinceMs) / 1000) + 1
    onWaiting(answer === 'away')
    if (answer !== 'away' && answer !== 'checking') return answer
    await pause(pauseMs, undefined, { signal })
    pauseMs = answer === 'away' ? Math.min(longestPauseMs, 2 * pauseMs) : firstPauseMs
  }
}

async function ask(api: ServerApi | null, content: Content, within: number, signal: AbortSignal) {
  if (api === null) return 'away'
  try {
    return await api.verified(content, within, signal)
  } catch (thrown) {
    signal.throwIfAborted()
    const error = toUploadError(thrown)
    if (error.code === 'not-found') throw tooOld(error)
    const { recovery } = failureKinds[error.code]
    if (recovery !== 'suspend' && recovery !== 'retry') throw error
    return 'away'
  }
}

function tooOld(cause: unknown): UploadError {
  return new UploadError(
    'bad-request',
    'This server is too old to read its files on request. Update it, then check the card again.',
    { cause, facts: { kind: 'server-too-old' } },
  )
}
