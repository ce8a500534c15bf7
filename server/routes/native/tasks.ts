/** The routes of a task in the native protocol: parses requests and calls the use cases. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import {
  type ChunkReceipt,
  completeRequestSchema,
  createTaskRequestSchema,
} from '../../../src/shared/protocol/wire.ts'
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

/** @param idleMs how long a client may send nothing of a body, ms */
export function taskRoutes(router: Router, uploadsOf: UploadsOf, idleMs: number): void {
  router.post('/api/task', async (ctx) => {
    ctx.body = await createTask(uploadsOf(ctx), await readJson(ctx, createTaskRequestSchema, { idleMs }))
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
    const md5 = requestedCompletion(ctx)
    const receipt = await receiveChunk(uploads, {
      taskId,
      chunkIndex: parseChunkIndex(ctx.params.chunkIndex),
      length: lengthOf(ctx),
      sha256: sha256Of(ctx),
      body: { read: (onPiece, signal) => readBody(ctx, onPiece, { idleMs, signal }) },
    })
    const isWhole = receipt.uploaded === receipt.total
    ctx.body = md5 !== undefined && isWhole ? await withCompletion(uploads, taskId, md5, receipt) : receipt
  })
  router.post('/api/task/:taskId/complete', async (ctx) => {
    const { hash } = await readJson(ctx, completeRequestSchema, { idleMs })
    const uploads = uploadsOf(ctx)
    const answer = await completeUpload(uploads, parseTaskId(ctx.params.taskId), hash)
    if (answer.kind === 'stored') {
      ctx.body = storedFileAnswer(uploads, answer.file)
      return
    }
    ctx.status = 202
    ctx.set('Retry-After', '1')
    ctx.body = { verifying: true, verifiedBytes: answer.verifiedBytes, size: answer.size }
  })
}

/** Saves a request for every file of one chunk. The result of a long verification is asked for as usual. */
async function withCompletion(
  uploads: Uploads,
  taskId: string,
  md5: string,
  receipt: ChunkReceipt,
): Promise<ChunkReceipt> {
  const answer = await completeUpload(uploads, taskId, md5)
  return answer.kind === 'stored' ? { ...receipt, stored: storedFileAnswer(uploads, answer.file) } : receipt
}

/** The MD5 of the whole file, when it is to be completed with this chunk. @throws UploadError `bad-request` */
function requestedCompletion(ctx: Context): string | undefined {
  if (ctx.query.complete === undefined) return undefined
  const asked = completeRequestSchema.safeParse({ hash: ctx.query.complete })
  if (asked.success) return asked.data.hash
  throw new UploadError('bad-request', 'complete must be the MD5 of the whole file, 32 lowercase hex digits.')
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

/** RFC 9530: `Content-Digest: sha-256=:<base64 of 32 bytes>:`, perhaps among other digests. */
function sha256Of(ctx: Context): string {
  const base64 = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(ctx.get('Content-Digest'))?.[1]
  if (base64 !== undefined) return Buffer.from(base64, 'base64').toString('hex')
  throw new UploadError('bad-request', 'Send the chunk with Content-Digest: sha-256=:<base64>: (RFC 9530).')
}
