/**
 * The published contract of the first resumable upload server: a client written for it works here unchanged. It states no
 * size of a file, only a name, an MD5 and a count of chunks. Parses requests and calls the use cases.
 */
import type Router from '@koa/router'
import type { Context, Middleware } from 'koa'
import type { z } from 'zod'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { type FormFields, readForm } from '../../../http/multipart-form.ts'
import { readJson } from '../../../http/request-body.ts'
import { storedFileAnswer } from '../../../uploads/answers.ts'
import { percent } from '../../../uploads/chunk-plan.ts'
import {
  abortAnnounced,
  chunksOfAnnounced,
  completeAnnounced,
  statusOfAnnounced,
} from '../../../uploads/sizeless/announced-upload.ts'
import { type Announcement, findAnnounced } from '../../../uploads/sizeless/announcement.ts'
import { type ChunkAnnouncement, receiveAnnounced } from '../../../uploads/sizeless/receive-announced.ts'
import type { UploadsOf } from '../../client-uploads.ts'
import { nameWithoutFolders, parsed } from '../../parse-fields.ts'
import {
  announcementSchema,
  chunkFieldsSchema,
  type chunkStoredSchema,
  type completedSchema,
  type presentChunksSchema,
  type removedSchema,
  type uploadStatusSchema,
} from './contract-schemas.ts'

/** @param idleMs how long a client may send nothing of a body, ms */
export function contractRoutes(router: Router, uploadsOf: UploadsOf, idleMs: number): void {
  const readAnnouncement = async (ctx: Context) =>
    withoutFolders(await readJson(ctx, announcementSchema, { idleMs }))
  router.post('/api/check-chunks', async (ctx) => {
    const announcement = await readAnnouncement(ctx)
    const uploadedChunks = await chunksOfAnnounced(uploadsOf(ctx), announcement)
    const progress = percent(uploadedChunks.length, announcement.totalChunks)
    const answer: z.infer<typeof presentChunksSchema> = { success: true, uploadedChunks, progress }
    ctx.body = answer
  })
  router.post('/api/upload-chunk', async (ctx) => {
    const receipt = await receiveForm(ctx, uploadsOf(ctx), idleMs)
    const { uploaded, total, progress, chunkIndex } = receipt
    const answer: z.infer<typeof chunkStoredSchema> = { success: true, uploaded, total, progress, chunkIndex }
    ctx.body = answer
  })
  router.post('/api/complete-upload', async (ctx) => {
    const announcement = await readAnnouncement(ctx)
    const uploads = uploadsOf(ctx)
    const askedAtMs = uploads.now()
    const sinceMs = (await findAnnounced(uploads, announcement))?.openedAtMs ?? askedAtMs
    const file = storedFileAnswer(uploads, await completeAnnounced(uploads, announcement))
    // The client's own name; if it was taken, the path contains the other one.
    const { fileName } = announcement
    const { size, md5, path } = file
    const uploadTime = Math.max(0, Math.round(uploads.now() - sinceMs))
    const answer: z.infer<typeof completedSchema> = { success: true, fileName, size, md5, path, uploadTime }
    ctx.body = answer
  })
  uploadRoutes(router, uploadsOf)
}

/** The routes of an upload that is named in the path. */
function uploadRoutes(router: Router, uploadsOf: UploadsOf): void {
  router.get('/api/upload-status/:md5/:fileName', async (ctx) => {
    const { fileName, md5 } = announcedByPath(ctx)
    const { task, uploaded } = await statusOfAnnounced(uploadsOf(ctx), fileName, md5)
    const total = task.announcedChunks ?? 0
    const answer: z.infer<typeof uploadStatusSchema> = {
      uploaded,
      total,
      percentage: percent(uploaded, total),
      status: 'uploading',
      startTime: new Date(task.openedAtMs).toISOString(),
      lastUpdate: new Date(task.activeAtMs).toISOString(),
    }
    ctx.body = answer
  })
  router.delete('/api/upload/:md5/:fileName', async (ctx) => {
    const { fileName, md5 } = announcedByPath(ctx)
    await abortAnnounced(uploadsOf(ctx), fileName, md5)
    const answer: z.infer<typeof removedSchema> = { success: true }
    ctx.body = answer
  })
}

/** As the router matches them: in any case, with or without a slash at the end. */
const routesWithSuccess = /^\/api\/(check-chunks|upload-chunk|complete-upload|upload\/.*)\/?$/i

/** Adds `success: false` to error answers of the routes that answer `success: true`, whatever refused the request. */
export function markUnsuccessful(): Middleware {
  return async (ctx, next) => {
    await next()
    if (ctx.status < 400 || !routesWithSuccess.test(ctx.path)) return
    const { body } = ctx
    if (typeof body === 'object' && body !== null && 'error' in body) ctx.body = { success: false, ...body }
  }
}

function receiveForm(ctx: Context, uploads: ReturnType<UploadsOf>, idleMs: number) {
  return readForm(ctx, 'chunk', { idleMs }, (form) => {
    const isDescribed = Object.keys(chunkFieldsSchema.shape).every((name) => form.fieldsSoFar.has(name))
    return receiveAnnounced(uploads, {
      early: isDescribed ? parseFields(form.fieldsSoFar) : undefined,
      late: async () => parseFields(await form.fieldsAtEnd()),
      body: { read: (onPiece, signal) => form.readFile(onPiece, signal) },
    })
  })
}

/** @throws UploadError `bad-request`, `name-invalid`, `chunk-invalid` */
function parseFields(fields: FormFields): ChunkAnnouncement {
  const chunk = withoutFolders(parsed(chunkFieldsSchema, Object.fromEntries(fields)))
  if (chunk.chunkIndex < chunk.totalChunks) return chunk
  const message = `The file has ${chunk.totalChunks} chunks; there is no chunk ${chunk.chunkIndex}.`
  throw new UploadError('chunk-invalid', message)
}

function announcedByPath(ctx: Context & { params: Record<string, string> }) {
  return withoutFolders(parsed(announcementSchema.omit({ totalChunks: true }), ctx.params))
}

/** Accepts a safe file name without folders. @throws UploadError `name-invalid` */
function withoutFolders<Named extends Pick<Announcement, 'fileName'>>(announcement: Named): Named {
  nameWithoutFolders(announcement.fileName)
  return announcement
}
