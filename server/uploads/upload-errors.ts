/** The errors that several use cases raise, each with the one sentence that the client is told. */
import { type ErrorCode, UploadError } from '../../src/shared/protocol/errors.ts'
import { DetailedError } from '../detailed-error.ts'

const retryAfterMs = 1_000

/** The task does not exist, or no longer does. */
export function taskGone(): UploadError {
  return new UploadError(
    'task-gone',
    'The server does not know this task; it may have expired. Offer the file again.',
  )
}

/** Another request or a verification is at work on the same thing. @param message says on what */
export function taskBusy(message: string): UploadError {
  return new UploadError('task-busy', message, { retryAfterMs })
}

/** The server lost its database, so another server may have taken over what this request was doing. */
export function databaseLost(): UploadError {
  return new UploadError(
    'server-unreachable',
    'The server lost its database connection for a moment. Send the request again.',
    { retryAfterMs },
  )
}

/** @param maxFileSize bytes */
export function fileTooLarge(maxFileSize: number): UploadError {
  return new UploadError(
    'file-too-large',
    `The file is larger than ${maxFileSize} bytes, the most this server accepts.`,
  )
}

/** @param missingChunks indexes, ascending; the answer lists them under `details` */
export function chunksMissing(missingChunks: readonly number[], message: string): DetailedError {
  return new DetailedError('chunks-missing', message, { missingChunks })
}

/** Whether something that was thrown is an error with this code. */
export function hasCode(thrown: unknown, code: ErrorCode): thrown is UploadError {
  return thrown instanceof UploadError && thrown.code === code
}
