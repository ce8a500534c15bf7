/** An error whose answer tells the client more than a code and a message, such as the missing chunks. */
import { type ErrorCode, UploadError } from '../src/shared/protocol/errors.ts'

export class DetailedError extends UploadError {
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>>) {
    super(code, message)
    this.details = details
  }
}
