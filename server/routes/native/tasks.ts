/** The routes of a task in the native protocol: parses requests and calls the use cases. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import {
  type ChunkReceipt,
  completeRequestSchema,
  createTaskRequestSchema,
} from '../../../src/shared/protocol/wire.ts'
import { namedDigest, type StatedDigests } from '../../digests.ts'
import { crc32cIn, sha256In } from '../../http/digest-fields.ts'
import { readBody, readJson } from '../../http/request-body.ts'
import { abortTask } from '../../uploads/abort-task.ts'
import { storedFileAnswer } from '../../uploads/answers.ts'
import type { Uploads } from '../../uploads/context.ts'
import { createTask } from '../../uploads/create-task.ts'
import { completeUpload } from '../../uploads/finishing/complete.ts'
import { receiveChunk } from '../../uploads/receive-chunk.ts'
import { taskStatus } from '../../uploads/task-status.ts'
import { parseTaskId } from '../../uploads/tasks.ts'
import type { UploadsOf } from '../client-uploads.ts'
import { withOffer } from './chunk-service.ts'

/** @param idleMs how long a client may send nothing of a body, ms */
export function taskRoutes(router: Router, uploadsOf: UploadsOf, idleMs: number): void {
  router.post('/api/task', async (ctx) => {
    const request = await readJson(ctx, createTaskRequestSchema, { idleMs })
    const answer = await createTask(uploadsOf(ctx), request)
    if ('checking' in answer) askAgain(ctx)
    const isPlain = request.sha256 === undefined && request.ends === undefined
    ctx.body = isPlain && 'taskId' in answer ? withOffer(request, answer) : answer
  })
  router.get('/api/task/:taskId', async (ctx) => {
    ctx.body = await taskStatus(uploadsOf(ctx), parseTaskId(ctx.params.taskId))
  })
  router.delete('/api/task/:taskId', async (ctx) => {
    await abortTask(uploadsOf(ctx), parseTaskId(ctx.params.taskId))
    ctx.status = 204
  })
  router.put('/api/task/:taskId/chunk/:chunkIndex', async (ctx) => {
    const uploads = uploadsOf(ctx)
    const taskId = parseTaskId(ctx.params.taskId)
    const stated = requestedCompletion(ctx)
    const receipt = await receiveChunk(uploads, {
      taskId,
      chunkIndex: parseChunkIndex(ctx.params.chunkIndex),
      length: lengthOf(ctx),
      digest: digestOf(ctx),
      body: { read: (onPiece, signal) => readBody(ctx, onPiece, { idleMs, signal }) },
    })
    const isWhole = receipt.uploaded === receipt.total
    ctx.body = stated && isWhole ? await withCompletion(uploads, taskId, stated, receipt) : receipt
  })
  router.post('/api/task/:taskId/complete', async (ctx) => {
    const { hash: md5, sha256 } = await readJson(ctx, completeRequestSchema, { idleMs })
    const uploads = uploadsOf(ctx)
    const answer = await completeUpload(uploads, parseTaskId(ctx.params.taskId), { md5, sha256 })
    if (answer.kind === 'stored') {
      ctx.body = storedFileAnswer(uploads, answer.file)
      return
    }
    askAgain(ctx)
    ctx.body = { verifying: true, verifiedBytes: answer.verifiedBytes, size: answer.size }
  })
}

function askAgain(ctx: Context): void {
  ctx.status = 202
  ctx.set('Retry-After', '1')
}

/** Saves a request for every file of one chunk. The result of a long verification is asked for as usual. */
async function withCompletion(
  uploads: Uploads,
  taskId: string,
  stated: StatedDigests,
  receipt: ChunkReceipt,
): Promise<ChunkReceipt> {
  const answer = await completeUpload(uploads, taskId, stated)
  return answer.kind === 'stored' ? { ...receipt, stored: storedFileAnswer(uploads, answer.file) } : receipt
}

/** The digests of the whole file, when it is to be completed with this chunk. @throws UploadError `bad-request` */
function requestedCompletion(ctx: Context): StatedDigests | undefined {
  const { complete: hash, sha256 } = ctx.query
  if (hash === undefined && sha256 === undefined) return undefined
  const asked = completeRequestSchema.safeParse({ hash, sha256 })
  if (asked.success) return { md5: asked.data.hash, sha256: asked.data.sha256 }
  const message =
    'complete must be the MD5 of the whole file, 32 lowercase hex digits, and sha256 its SHA-256, 64 of them, if given.'
  throw new UploadError('bad-request', message)
}

function parseChunkIndex(text: string | undefined): number {
  if (text !== undefined && /^\d{1,9}$/.test(text)) return Number(text)
  throw new UploadError('chunk-invalid', 'The index of a chunk is a whole number, from 0.')
}

function lengthOf(ctx: Context): number {
  const { length } = ctx.request
  if (length !== undefined && ctx.get('Transfer-Encoding') === '') return length
  throw new UploadError('length-required', 'Send the chunk with a Content-Length, not in transfer chunks.')
}

/**
 * RFC 9530: `Content-Digest: sha-256=:<base64 of 32 bytes>:` or `crc32c=:<base64 of 4 bytes, big-endian>:`, perhaps among
 * other digests. The stronger one counts when there are both.
 */
function digestOf(ctx: Context): string {
  const header = ctx.get('Content-Digest')
  const sha256 = sha256In(header)
  if (sha256 !== undefined) return namedDigest('sha-256', sha256)
  const crc32c = crc32cIn(header)
  if (crc32c !== undefined) return namedDigest('crc32c', crc32c)
  const message = 'Send the chunk with Content-Digest: crc32c=:<base64>: or sha-256=:<base64>: (RFC 9530).'
  throw new UploadError('bad-request', message)
}
