/**
 * Resumable uploads over HTTP (draft-ietf-httpbis-resumable-upload-12, interop version 8, and 6) at `/resumable`: an ordinary
 * upload that can be resumed when its connection breaks. Access was checked before.
 */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { routes } from '../../../../src/shared/protocol/wire.ts'
import { digestField } from '../../../http/digest-fields.ts'
import { HttpError } from '../../../http/http-error.ts'
import type { FileRow } from '../../../ledger/ledger.ts'
import { abortTask } from '../../../uploads/abort-task.ts'
import { storedFileAnswer } from '../../../uploads/answers.ts'
import { offsetOf } from '../../../uploads/appending/append-bytes.ts'
import { endUpload } from '../../../uploads/appending/end-upload.ts'
import { OtherLength, openGrowing } from '../../../uploads/appending/growing.ts'
import type { Uploads } from '../../../uploads/context.ts'
import { isOpenEnded, parseTaskId } from '../../../uploads/tasks.ts'
import { taskGone } from '../../../uploads/upload-errors.ts'
import type { UploadsOf } from '../../client-uploads.ts'
import { requestedPath } from './file-name.ts'
import { noteProblem } from './problems.ts'
import { type Received, receive } from './receive.ts'
import { Takeovers } from './takeovers.ts'
import { limitField, type UploadFields, uploadFields } from './upload-fields.ts'

const partialUpload = 'application/partial-upload'

interface ResumableOptions {
  /** How long a client may send nothing of a body, ms. */
  readonly idleMs: number
  /** Path that a reverse proxy serves this server below; empty for none. */
  readonly pathPrefix: string
}

/** What a request works with. */
interface Door extends ResumableOptions {
  readonly uploads: Uploads
  readonly takeovers: Takeovers
  readonly fields: UploadFields
  /** `Upload-Limit`. */
  readonly limit: string
}

/** @param all the uploads of the whole library: who asks for limits may have no token */
export function resumableRoutes(
  router: Router,
  all: Uploads,
  uploadsOf: UploadsOf,
  options: ResumableOptions,
): void {
  const takeovers = new Takeovers()
  const limitOf = (version: string | undefined) =>
    limitField(all.limits.maxFileSize, all.limits.taskExpiryMs, version)
  const at = (work: (ctx: Context, door: Door) => Promise<void>) => async (ctx: Context) => {
    const fields = uploadFields(ctx)
    const limit = limitOf(fields.version)
    // Also of a refusal for its size, which must say what is accepted.
    ctx.set('Upload-Limit', limit)
    await work(ctx, { ...options, uploads: uploadsOf(ctx), takeovers, fields, limit })
  }
  const tellAbilities = (ctx: Context) => {
    ctx.set('Accept-Patch', partialUpload)
    ctx.set('Upload-Limit', limitOf(uploadFields(ctx).version))
    ctx.status = 204
  }
  router.post('/resumable', at(create)).put('/resumable', at(create)).options('/resumable', tellAbilities)
  router
    .get('/resumable/:id', at(tellState))
    .patch('/resumable/:id', at(appendTo))
    .delete('/resumable/:id', at(cancel))
    .options('/resumable/:id', tellAbilities)
}

async function create(ctx: Context, door: Door): Promise<void> {
  const { uploads, takeovers, fields, idleMs, pathPrefix } = door
  refuseCoded(ctx)
  // Who says nothing of it sends a whole file in one request, as ever.
  const isComplete = fields.isComplete ?? true
  const length = lengthOf(ctx, fields, 0, isComplete)
  const { taskId } = await openGrowing(uploads, {
    relativePath: requestedPath(ctx, uploads.now()),
    size: length,
    fileType: ctx.request.type === partialUpload ? '' : ctx.request.type,
    metadata: ctx.get('Upload-Metadata') || null,
  })
  const address = `${pathPrefix}/resumable/${taskId}`
  ctx.set('Location', address)
  const isTold = inform(ctx, door, { Location: address, 'Upload-Limit': door.limit })
  try {
    await takeovers.alone(taskId, async (signal) => {
      // Clients that say the length beforehand may never say that nothing comes.
      const endsHere = isComplete || length === 0
      const onKept = (bytes: number) => void inform(ctx, door, { 'Upload-Offset': bytes })
      const bringing = { taskId, offset: 0, length, isComplete: endsHere, idleMs, signal, onKept }
      answer(ctx, uploads, await receive(ctx, uploads, bringing), 201)
    })
  } catch (thrown) {
    ctx.remove('Location')
    // Nobody could go on with an upload whose address nobody knows.
    if (!isTold) await abortTask(uploads, taskId)
    throw thrown
  }
}

async function appendTo(ctx: Context, door: Door): Promise<void> {
  const { uploads, takeovers, fields, idleMs } = door
  const taskId = parseTaskId(ctx.params.id)
  if (ctx.request.type !== partialUpload) {
    ctx.set('Accept-Patch', partialUpload)
    throw new HttpError(415, 'bad-request', `Send the bytes as ${partialUpload}.`)
  }
  const { offset, isComplete } = fields
  if (offset === undefined) throw new UploadError('bad-request', 'Send Upload-Offset, a count of bytes.')
  if (isComplete === undefined) throw new UploadError('bad-request', 'Send Upload-Complete, ?1 or ?0.')
  await takeovers.alone(taskId, async (signal) => {
    await refuseCompleted(ctx, uploads, taskId)
    const length = lengthOf(ctx, fields, offset, isComplete)
    const onKept = (bytes: number) => void inform(ctx, door, { 'Upload-Offset': bytes })
    const bringing = { taskId, offset, length, isComplete, idleMs, signal, onKept }
    answer(ctx, uploads, await receive(ctx, uploads, bringing), isComplete ? 200 : 204)
  })
}

async function tellState(ctx: Context, { uploads, takeovers }: Door): Promise<void> {
  const taskId = parseTaskId(ctx.params.id)
  await takeovers.alone(taskId, async () => {
    ctx.set('Cache-Control', 'no-store')
    const task = await uploads.ledger.task(taskId)
    if (task === undefined) {
      const file = await storedFile(uploads, taskId)
      describeStored(ctx, uploads, file)
    } else {
      ctx.set('Upload-Complete', '?0')
      ctx.set('Upload-Offset', String(await offsetOf(uploads, task)))
      if (!isOpenEnded(task)) ctx.set('Upload-Length', String(task.size))
    }
    ctx.status = 204
  })
}

async function cancel(ctx: Context, { uploads, takeovers }: Door): Promise<void> {
  const taskId = parseTaskId(ctx.params.id)
  await takeovers.alone(taskId, () => endUpload(uploads, taskId))
  ctx.status = 204
}

function answer(ctx: Context, uploads: Uploads, { offset, file }: Received, status: number): void {
  if (file === undefined) {
    ctx.set('Upload-Complete', '?0')
    ctx.set('Upload-Offset', String(offset))
    // Koa would write the name of the status, which is no JSON.
    ctx.body = ''
  } else {
    describeStored(ctx, uploads, file)
    ctx.body = storedFileAnswer(uploads, file)
  }
  ctx.status = status
}

/** Says in headers, which a client can ask for again, what became of its file. */
function describeStored(ctx: Context, { library }: Uploads, file: FileRow): void {
  ctx.set('Upload-Complete', '?1')
  ctx.set('Upload-Offset', String(file.size))
  ctx.set('Upload-Length', String(file.size))
  ctx.set('Content-Location', routes.file(library.toClientPath(file.storedPath)))
  if (file.sha256 !== null) ctx.set('Repr-Digest', digestField(file.sha256))
}

async function storedFile({ ledger }: Uploads, taskId: string): Promise<FileRow> {
  const file = await ledger.fileOfTask(taskId)
  if (file === undefined || file.damagedAtMs !== null) throw taskGone()
  return file
}

/** "the server MUST NOT modify the upload resource and MUST reject the request" (Upload Append) */
async function refuseCompleted(ctx: Context, uploads: Uploads, taskId: string): Promise<void> {
  if ((await uploads.ledger.task(taskId)) !== undefined) return
  describeStored(ctx, uploads, await storedFile(uploads, taskId))
  noteProblem(ctx, ctx.request.length === 0 ? 'completed-upload' : 'inconsistent-upload-length')
  throw new UploadError('bad-request', 'This upload is complete: the file is stored.')
}

/**
 * The length of the whole file, as far as the request shows it: in a field, or by a body that is known to be the rest.
 * @throws UploadError `bad-request` when both do and differ
 */
function lengthOf(
  ctx: Context,
  { length }: UploadFields,
  offset: number,
  isComplete: boolean,
): number | undefined {
  const { 'content-length': bodyLength, 'transfer-encoding': coding } = ctx.req.headers
  const isBodyKnown = isComplete && coding === undefined && bodyLength !== undefined
  const end = isBodyKnown ? offset + Number(bodyLength) : undefined
  if (length !== undefined && end !== undefined && length !== end) {
    noteProblem(ctx, 'inconsistent-upload-length')
    throw new OtherLength(`The file would have ${end} bytes, not ${length}.`)
  }
  return length ?? end
}

/** What is stored is what came: of a coded file, that would be other bytes than its name promises. */
function refuseCoded(ctx: Context): void {
  if (['', 'identity'].includes(ctx.get('Content-Encoding'))) return
  throw new HttpError(415, 'bad-request', 'Send the file without Content-Encoding.')
}

/** An interim answer, for a client of this draft. @returns whether there was one */
function inform(ctx: Context, { fields }: Door, headers: Readonly<Record<string, string | number>>): boolean {
  const { version } = fields
  // HTTP/1.0 has none.
  if (version === undefined || ctx.req.httpVersionMinor === 0 || ctx.res.headersSent) return false
  ctx.res.writeInformation(104, { 'Upload-Draft-Interop-Version': version, ...headers })
  return true
}
