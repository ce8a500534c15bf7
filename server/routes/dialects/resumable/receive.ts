/** What requests with bytes do to an upload: they append, and the last of them has the file stored. */
import type { Context } from 'koa'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { sha256In } from '../../../http/digest-fields.ts'
import { HttpError } from '../../../http/http-error.ts'
import { readBody } from '../../../http/request-body.ts'
import type { FileRow } from '../../../ledger/ledger.ts'
import { abortTask } from '../../../uploads/abort-task.ts'
import {
  appendBytes,
  type BodyChecksum,
  finishAppended,
  OtherOffset,
  offsetOf,
} from '../../../uploads/appending/append-bytes.ts'
import { OtherLength, stateLength } from '../../../uploads/appending/growing.ts'
import { MoreThanStated } from '../../../uploads/appending/tail-writer.ts'
import type { Uploads } from '../../../uploads/context.ts'
import { hasCode, taskGone } from '../../../uploads/upload-errors.ts'
import { noteProblem } from './problems.ts'

/** A request's bytes and what it says of them. */
export interface Bringing {
  readonly taskId: string
  /** Where they belong, bytes. */
  readonly offset: number
  /** Of the whole file, bytes; undefined when the client does not say it. */
  readonly length: number | undefined
  /** The file ends with them. */
  readonly isComplete: boolean
  /** How long the client may send nothing, ms. */
  readonly idleMs: number
  /** Aborted when another request continues the upload. */
  readonly signal: AbortSignal
  /** Told how many bytes of the file even a restarted server will have. */
  readonly onKept: (bytes: number) => void
}

/** `file` once it is stored. */
export interface Received {
  readonly offset: number
  readonly file: FileRow | undefined
}

/** @throws UploadError with the status that the draft wants; the problem is noted for the answer */
export async function receive(ctx: Context, uploads: Uploads, bringing: Bringing): Promise<Received> {
  const { taskId, length, isComplete } = bringing
  try {
    await refuseOtherOffset(uploads, bringing)
    if (length !== undefined) await stateLength(uploads, taskId, length)
    const offset = await append(ctx, uploads, bringing)
    if (!isComplete) return { offset, file: undefined }
    await stateLength(uploads, taskId, offset)
    return { offset, file: await finish(ctx, uploads, taskId) }
  } catch (thrown) {
    throw await explained(ctx, uploads, bringing, thrown)
  }
}

/** Before anything is recorded of a request that may be out of date. */
async function refuseOtherOffset(uploads: Uploads, { taskId, offset }: Bringing): Promise<void> {
  const task = await uploads.ledger.task(taskId)
  if (task === undefined) throw taskGone()
  const actual = await offsetOf(uploads, task)
  if (actual !== offset) throw new OtherOffset(actual, offset)
}

function append(ctx: Context, uploads: Uploads, bringing: Bringing): Promise<number> {
  const { taskId, offset, idleMs, signal, onKept } = bringing
  return appendBytes(uploads, taskId, {
    offset,
    body: {
      read: (onPiece, whileOpen) =>
        readBody(ctx, onPiece, { idleMs, signal: AbortSignal.any([signal, whileOpen]) }),
    },
    checksum: checksumOf(ctx),
    onKept,
  })
}

function checksumOf(ctx: Context): BodyChecksum | undefined {
  const hex = sha256In(ctx.get('Content-Digest'))
  return hex === undefined ? undefined : { algorithm: 'sha256', hex }
}

/** @throws UploadError `digest-mismatch`: then the upload has failed, and is removed */
async function finish(ctx: Context, uploads: Uploads, taskId: string): Promise<FileRow> {
  try {
    return await finishAppended(uploads, taskId, { sha256: sha256In(ctx.get('Repr-Digest')) })
  } catch (thrown) {
    if (hasCode(thrown, 'digest-mismatch')) {
      await abortTask(uploads, taskId)
      ctx.set('Upload-Complete', '?1')
    }
    throw thrown
  }
}

/** The error as the draft means it. */
async function explained(
  ctx: Context,
  uploads: Uploads,
  { taskId, offset }: Bringing,
  thrown: unknown,
): Promise<unknown> {
  if (thrown instanceof OtherOffset) {
    ctx.set('Upload-Offset', String(thrown.actual))
    noteProblem(ctx, 'mismatching-upload-offset', {
      'expected-offset': thrown.actual,
      'provided-offset': offset,
    })
  }
  if (thrown instanceof OtherLength) noteProblem(ctx, 'inconsistent-upload-length')
  if (thrown instanceof MoreThanStated) {
    // "marking the upload resource invalid and rejecting any further interaction with it" (Upload Append)
    await abortTask(uploads, taskId)
    noteProblem(ctx, 'inconsistent-upload-length')
    return new HttpError(400, 'bad-request', 'More bytes came than the file has: the upload is removed.')
  }
  if (hasCode(thrown, 'chunks-missing')) {
    const message = "The server's disk lost some bytes. Ask for the offset, and send the rest."
    return new UploadError('storage-failed', message, { cause: thrown })
  }
  return thrown
}
