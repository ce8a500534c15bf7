/**
 * Every error code of PhotoFerry, on either side of the wire, and what recovers from it.
 * Knows neither Node nor the DOM.
 */
import type { ErrorFacts } from './error-facts.ts'

/**
 * What the queue does by itself about an error:
 * - `retry`     tries again after a growing pause, at most `maxRetries` times without progress in between;
 * - `wait`      waits, however long it takes, until the server can be reached or has room again;
 * - `new-task`  drops the server's task and offers the file again (counted like a retry);
 * - `ask-again` asks the server which chunks it holds, then continues (counted like a retry);
 * - `stop`      fails at once: only a person can fix it.
 */
export type Recovery = 'retry' | 'wait' | 'new-task' | 'ask-again' | 'stop'

/** Code -> what recovers from it. A new code must choose, or it does not compile. */
export const recovery = {
  // The source: the photographer's own file.
  'source-missing': 'stop',
  'source-unreadable': 'stop',
  'source-not-a-file': 'stop',
  'source-changed': 'retry',
  'source-too-large': 'stop',
  'not-convertible': 'stop',
  // The connection to the server.
  'server-unreachable': 'wait',
  'connection-lost': 'retry',
  'connection-stalled': 'retry',
  'tls-untrusted': 'stop',
  'not-photoferry': 'stop',
  // The server's answers.
  'bad-request': 'stop',
  unauthorized: 'stop',
  forbidden: 'stop',
  'not-found': 'stop',
  'task-gone': 'new-task',
  'name-invalid': 'stop',
  'length-required': 'stop',
  'file-too-large': 'stop',
  'chunk-invalid': 'stop',
  'chunk-corrupted': 'retry',
  'chunk-conflict': 'new-task',
  'chunks-missing': 'ask-again',
  'task-busy': 'ask-again',
  'digest-mismatch': 'new-task',
  'too-many-requests': 'retry',
  'request-timeout': 'retry',
  'storage-full': 'wait',
  'storage-failed': 'retry',
  'server-closing': 'retry',
  'server-error': 'retry',
  // This machine.
  'disk-full': 'stop',
  'journal-damaged': 'stop',
  'state-in-use': 'stop',
  internal: 'retry',
} as const satisfies Record<string, Recovery>

/** A stable name for a kind of failure; messages may change, codes do not. */
export type ErrorCode = keyof typeof recovery

/** All codes, for parsing at the door. */
export const errorCodes = Object.keys(recovery) as [ErrorCode, ...ErrorCode[]]

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

/**
 * The code for an HTTP status that came without PhotoFerry's own JSON, as from a proxy in between.
 * @param status an HTTP status of 400 or more
 */
export function codeForStatus(status: number): ErrorCode {
  return statusCodes[status] ?? (status >= 500 ? 'server-error' : 'bad-request')
}

const statusCodes: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'task-gone',
  408: 'request-timeout',
  409: 'chunks-missing',
  410: 'task-gone',
  411: 'length-required',
  413: 'file-too-large',
  422: 'digest-mismatch',
  423: 'task-busy',
  429: 'too-many-requests',
  503: 'server-closing',
  507: 'storage-full',
}
