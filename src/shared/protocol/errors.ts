/**
 * Every error code of PhotoFerry, on either side of the wire, and what recovers from it.
 * Knows neither Node nor the DOM.
 */
import type { ErrorFacts } from './error-facts.ts'

/** Whose failure it is: only one of the file is counted against the file. See docs/failures.md. */
type Fault = 'file' | 'connection' | 'server' | 'machine'

/**
 * What the queue does by itself about an error; counted against the file unless it says otherwise:
 * - `retry`          tries again after a growing pause, at most `maxRetries` times without progress in between;
 * - `new-task`       drops the server's task and offers the file again;
 * - `ask-again`      asks the server which chunks it holds, then continues;
 * - `stop`           fails at once: only a person can fix it;
 * - `suspend`        not counted: nothing is sent over the connection until a probe finds that it is over;
 * - `ask`            like `suspend`, and the person is asked once per server;
 * - `smaller-chunks` not counted: sends the file in smaller chunks;
 * - `stand-still`    not counted: waits until the file has not changed for a while;
 * - `park`           not counted: waits until the file's drive is back;
 * - `wait-here`      not counted: waits until this machine has room.
 */
export type Recovery =
  | 'retry'
  | 'new-task'
  | 'ask-again'
  | 'stop'
  | 'suspend'
  | 'ask'
  | 'smaller-chunks'
  | 'stand-still'
  | 'park'
  | 'wait-here'

interface FailureKind {
  readonly fault: Fault
  readonly recovery: Recovery
}

/** Code -> whose failure, and what recovers from it; the table of docs/failures.md. A new code must choose, or it does not compile. */
export const failureKinds = {
  // The source: the photographer's own file.
  'source-missing': { fault: 'file', recovery: 'stop' },
  'source-unreadable': { fault: 'file', recovery: 'stop' },
  'source-not-a-file': { fault: 'file', recovery: 'stop' },
  'source-too-large': { fault: 'file', recovery: 'stop' },
  'not-convertible': { fault: 'file', recovery: 'stop' },
  'source-changed': { fault: 'file', recovery: 'stand-still' },
  'still-being-written': { fault: 'file', recovery: 'stand-still' },
  // This machine.
  'drive-away': { fault: 'machine', recovery: 'park' },
  'disk-full': { fault: 'machine', recovery: 'wait-here' },
  internal: { fault: 'machine', recovery: 'retry' },
  'journal-damaged': { fault: 'machine', recovery: 'stop' },
  'state-in-use': { fault: 'machine', recovery: 'stop' },
  'state-newer': { fault: 'machine', recovery: 'stop' },
  // The connection to the server, and what answers in its place.
  'server-unreachable': { fault: 'connection', recovery: 'suspend' },
  'connection-lost': { fault: 'connection', recovery: 'suspend' },
  'connection-stalled': { fault: 'connection', recovery: 'suspend' },
  'not-photoferry': { fault: 'connection', recovery: 'suspend' },
  'proxy-answer': { fault: 'connection', recovery: 'suspend' },
  redirected: { fault: 'connection', recovery: 'ask' },
  'tls-untrusted': { fault: 'connection', recovery: 'suspend' },
  'certificate-changed': { fault: 'connection', recovery: 'ask' },
  'too-large-for-proxy': { fault: 'connection', recovery: 'smaller-chunks' },
  'too-many-requests': { fault: 'connection', recovery: 'suspend' },
  'request-timeout': { fault: 'connection', recovery: 'suspend' },
  'chunk-corrupted': { fault: 'connection', recovery: 'retry' },
  // The server's answers about itself.
  unauthorized: { fault: 'server', recovery: 'ask' },
  forbidden: { fault: 'server', recovery: 'suspend' },
  'server-closing': { fault: 'server', recovery: 'suspend' },
  'server-error': { fault: 'server', recovery: 'suspend' },
  'storage-failed': { fault: 'server', recovery: 'suspend' },
  'storage-full': { fault: 'server', recovery: 'suspend' },
  'task-gone': { fault: 'server', recovery: 'new-task' },
  'chunks-missing': { fault: 'server', recovery: 'ask-again' },
  'task-busy': { fault: 'server', recovery: 'ask-again' },
  // The server's answers about the file.
  'chunk-conflict': { fault: 'file', recovery: 'new-task' },
  'digest-mismatch': { fault: 'file', recovery: 'new-task' },
  'bad-request': { fault: 'file', recovery: 'stop' },
  'not-found': { fault: 'file', recovery: 'stop' },
  'name-invalid': { fault: 'file', recovery: 'stop' },
  'length-required': { fault: 'file', recovery: 'stop' },
  'file-too-large': { fault: 'file', recovery: 'stop' },
  'chunk-invalid': { fault: 'file', recovery: 'stop' },
} as const satisfies Record<string, FailureKind>

/** A stable name for a kind of failure; messages may change, codes do not. */
export type ErrorCode = keyof typeof failureKinds

/** All codes, for parsing at the door. */
export const errorCodes = Object.keys(failureKinds) as [ErrorCode, ...ErrorCode[]]

/** What crosses IPC, HTTP and the journal in the place of an Error object. */
export interface ErrorInfo {
  readonly code: ErrorCode
  /** One English sentence that says what is wrong and what to do. */
  readonly message: string
  /** What the message states beyond the code, for saying it in another language. */
  readonly facts?: ErrorFacts | undefined
}

export interface UploadErrorOptions {
  readonly cause?: unknown
  readonly retryAfterMs?: number
  readonly facts?: ErrorFacts
}

/** An error with a code, converted once where it occurred; `cause` keeps the original for the log. */
export class UploadError extends Error {
  override readonly name = 'UploadError'
  readonly code: ErrorCode
  /** How long the server asked to wait, in ms (Retry-After, RFC 9110 section 10.2.3). */
  readonly retryAfterMs: number | undefined
  readonly facts: ErrorFacts | undefined

  constructor(code: ErrorCode, message: string, options: UploadErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.retryAfterMs = options.retryAfterMs
    this.facts = options.facts
  }

  /** The part that may cross a border. */
  get info(): ErrorInfo {
    const { code, message, facts } = this
    return facts === undefined ? { code, message } : { code, message, facts }
  }
}

/** Wraps anything that was thrown, so that every error has a code. */
export function toUploadError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new UploadError('internal', `Something unexpected went wrong: ${message}`, { cause: thrown })
}
