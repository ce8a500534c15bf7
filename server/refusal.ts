/** An error answer with more than code and message: details for the client, or another status than its code's own. */
import { type ErrorCode, UploadError } from '../src/shared/protocol/errors.ts'

export interface RefusalExtras {
  /** What the client needs to go on, such as the missing chunks. */
  readonly details?: Readonly<Record<string, unknown>>
  /** HTTP status in the place of the one that belongs to the code. */
  readonly status?: number
  readonly retryAfterMs?: number
  readonly cause?: unknown
}

export class Refusal extends UploadError {
  readonly details: Readonly<Record<string, unknown>> | undefined
  readonly status: number | undefined

  constructor(code: ErrorCode, message: string, extras: RefusalExtras = {}) {
    super(code, message, {
      cause: extras.cause,
      ...(extras.retryAfterMs === undefined ? {} : { retryAfterMs: extras.retryAfterMs }),
    })
    this.details = extras.details
    this.status = extras.status
  }
}
