/** The routes of batches: begun, named and ended by clients, listed for the studio. */
import type Router from '@koa/router'
import { z } from 'zod'
import {
  batchIdSchema,
  beginBatchSchema,
  mostBatches,
  nameFilesSchema,
} from '../../../src/shared/protocol/batches.ts'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { readJson } from '../../http/request-body.ts'
import { clientOf } from '../../middleware/auth.ts'
import { batchAnswer, batchOf, beginBatch, listBatches } from '../../uploads/batches/begin-batch.ts'
import { nameFiles } from '../../uploads/batches/name-files.ts'
import type { UploadsOf } from '../client-uploads.ts'
import { parsed } from '../parse-fields.ts'

/** Of a page of named files, each with a path of a kilobyte at most. */
const maxFilesBytes = 1024 * 1024

const whole = z
  .string()
  .regex(/^\d{1,15}$/, 'expected a whole number')
  .transform(Number)
const listQuerySchema = z.object({
  after: whole.optional(),
  limit: whole.pipe(z.int().min(1).max(mostBatches)).default(mostBatches),
})

/** @param idleMs how long a client may send nothing of a body, ms */
export function batchRoutes(router: Router, uploadsOf: UploadsOf, idleMs: number): void {
  router.get('/api/batches', async (ctx) => {
    ctx.set('Cache-Control', 'no-store')
    const { after, limit } = parsed(listQuerySchema, ctx.query)
    ctx.body = await listBatches(uploadsOf(ctx), after, limit)
  })
  router.get('/api/batches/:batchId', async (ctx) => {
    ctx.set('Cache-Control', 'no-store')
    const uploads = uploadsOf(ctx)
    ctx.body = batchAnswer(uploads, await batchOf(uploads, parseBatchId(ctx.params.batchId)))
  })
  router.put('/api/batches/:batchId', async (ctx) => {
    const batchId = parseBatchId(ctx.params.batchId)
    const asked = await readJson(ctx, beginBatchSchema, { idleMs })
    ctx.body = await beginBatch(uploadsOf(ctx), batchId, clientOf(ctx).name, asked)
  })
  router.post('/api/batches/:batchId/files', async (ctx) => {
    const batchId = parseBatchId(ctx.params.batchId)
    const asked = await readJson(ctx, nameFilesSchema, { idleMs, maxBytes: maxFilesBytes })
    ctx.body = await nameFiles(uploadsOf(ctx), batchId, asked)
  })
}

/** @throws UploadError `bad-request` */
function parseBatchId(text: string | undefined): string {
  const id = batchIdSchema.safeParse(text)
  if (id.success) return id.data
  throw new UploadError('bad-request', `The id of a batch: ${id.error.issues[0]?.message}.`)
}
