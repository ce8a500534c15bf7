/**
 * The published contract of the first resumable upload server: a client written for it works here unchanged. Its files
 * have no size beforehand, only a name, an MD5 and a count of chunks. Parses at the door and calls the use cases.
 */
import type Router from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { z } from 'zod'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { type FormFields, readForm } from '../../../http/multipart-form.ts'
import { readJson } from '../../../http/request-body.ts'
import { safePath } from '../../../storage/safe-path.ts'
import { storedFileAnswer } from '../../../uploads/answers.ts'
import { percent } from '../../../uploads/chunk-plan.ts'
import {
  abortAnnounced,
  chunksOfAnnounced,
  statusOfAnnounced,
} from '../../../uploads/sizeless/announced-status.ts'
import type { Announcement } from '../../../uploads/sizeless/announced-task.ts'
import { completeAnnounced } from '../../../uploads/sizeless/complete-announced.ts'
import { type ChunkAnnouncement, receiveAnnounced } from '../../../uploads/sizeless/receive-announced.ts'
import type { UploadsOf } from '../../client-uploads.ts'
import {
  announcementSchema,
  chunkFieldsSchema,
  type chunkTakenSchema,
  type completedSchema,
  type heldChunksSchema,
  type removedSchema,
  type uploadStatusSchema,
} from './contract-schemas.ts'

/** @param idleMs how long a body may stand still, ms */
export function seedContractRoutes(router: Router, uploadsOf: UploadsOf, idleMs: number): void {
  const announced = async (ctx: Context) => named(await readJson(ctx, announcementSchema, { idleMs }))
  router.post('/api/check-chunks', async (ctx) => {
    const announcement = await announced(ctx)
    const uploadedChunks = await chunksOfAnnounced(uploadsOf(ctx), announcement)
    const progress = percent(uploadedChunks.length, announcement.totalChunks)
    const answer: z.infer<typeof heldChunksSchema> = { success: true, uploadedChunks, progress }
    ctx.body = answer
  })
  router.post('/api/upload-chunk', async (ctx) => {
    const receipt = await receiveForm(ctx, uploadsOf(ctx), idleMs)
    const { uploaded, total, progress, chunkIndex } = receipt
    const answer: z.infer<typeof chunkTakenSchema> = { success: true, uploaded, total, progress, chunkIndex }
    ctx.body = answer
  })
  router.post('/api/complete-upload', async (ctx) => {
    const announcement = await announced(ctx)
    const uploads = uploadsOf(ctx)
    const file = storedFileAnswer(uploads, await completeAnnounced(uploads, announcement))
    // The name is the client's own; where that was taken, the path tells the other one.
    const { fileName } = announcement
    const { size, md5, path, uploadTime } = file
    const answer: z.infer<typeof completedSchema> = { success: true, fileName, size, md5, path, uploadTime }
    ctx.body = answer
  })
  router.get('/api/upload-status/:md5/:fileName', async (ctx) => {
    const { fileName, md5 } = announcedInPath(ctx)
    const { task, uploaded } = await statusOfAnnounced(uploadsOf(ctx), fileName, md5)
    const total = task.announcedChunks ?? 0
    const answer: z.infer<typeof uploadStatusSchema> = {
      uploaded,
      total,
      percentage: percent(uploaded, total),
      status: 'uploading',
      startTime: task.openedAtMs,
      lastUpdate: task.activeAtMs,
    }
    ctx.body = answer
  })
  router.delete('/api/upload/:md5/:fileName', async (ctx) => {
    const { fileName, md5 } = announcedInPath(ctx)
    await abortAnnounced(uploadsOf(ctx), fileName, md5)
    const answer: z.infer<typeof removedSchema> = { success: true }
    ctx.body = answer
  })
}

/** As the router takes them: in whatever case, with a slash at the end or without. */
const successful = /^\/api\/(check-chunks|upload-chunk|complete-upload|upload\/.*)\/?$/i

/** Says `success: false` in the errors of the routes that say `success: true`, whoever refuses the request. */
export function sayUnsuccessful(): Middleware {
  return async (ctx, next) => {
    await next()
    if (ctx.status < 400 || !successful.test(ctx.path)) return
    const { body } = ctx
    if (typeof body === 'object' && body !== null && 'error' in body) ctx.body = { success: false, ...body }
  }
}

function receiveForm(ctx: Context, uploads: ReturnType<UploadsOf>, idleMs: number) {
  return readForm(ctx, 'chunk', { idleMs }, (form) => {
    const isDescribed = Object.keys(chunkFieldsSchema.shape).every((name) => form.fieldsSoFar.has(name))
    return receiveAnnounced(uploads, {
      early: isDescribed ? described(form.fieldsSoFar) : undefined,
      late: async () => described(await form.fieldsAtEnd()),
      body: { read: (onPiece, signal) => form.readFile(onPiece, signal) },
    })
  })
}

/** @throws UploadError `bad-request`, `name-invalid`, `chunk-invalid` */
function described(fields: FormFields): ChunkAnnouncement {
  const chunk = named(parsed(chunkFieldsSchema, Object.fromEntries(fields)))
  if (chunk.chunkIndex < chunk.totalChunks) return chunk
  const message = `The file has ${chunk.totalChunks} chunks; there is no chunk ${chunk.chunkIndex}.`
  throw new UploadError('chunk-invalid', message)
}

function announcedInPath(ctx: Context & { params: Record<string, string> }) {
  return named(parsed(announcementSchema.omit({ totalChunks: true }), ctx.params))
}

function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new UploadError('bad-request', `${issue?.path.join('.')}: ${issue?.message ?? 'is invalid'}`)
}

/** Lets a file's name through when it is safe and names no folder. @throws UploadError `name-invalid` */
function named<Named extends Pick<Announcement, 'fileName'>>(announcement: Named): Named {
  if (safePath(announcement.fileName).length === 1) return announcement
  throw new UploadError('name-invalid', 'The name holds a slash. Send the name of the file, without folders.')
}
