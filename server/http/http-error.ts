/** An error that is answered with another HTTP status than the one that belongs to its code. */
import { type ErrorCode, UploadError } from '../../src/shared/protocol/errors.ts'

export class HttpError extends UploadError {
  readonly status: number

  constructor(
    status: number,
    code: ErrorCode,
    message: string,
    options?: { readonly retryAfterMs?: number },
  ) {
    super(code, message, options)
    this.status = status
  }
}
