/**
 * tus 1.0 at `/tus`, spoken by @tus/server over the same use cases. Who may come in was decided before; the answers are
 * the library's own, except errors, which are those of this server.
 */
import type Router from '@koa/router'
import { Server } from '@tus/server'
import type { Context } from 'koa'
import { UploadError } from '../../src/shared/errors.ts'
import { statusOf } from '../middleware/errors.ts'
import type { Uploads } from '../uploads/context.ts'
import { TurnLocker } from './tus-locker.ts'
import { checksumAlgorithms, readHeaders, tusRequests, version } from './tus-request.ts'
import { TusStore } from './tus-store.ts'
import type { UploadsOf } from './uploads-of.ts'

/** A request that was asked to end has three seconds for it, and may have a chunk to finish. */
const lockWaitMs = 10_000

/** @param uploads those of the whole library @param idleMs how long a body may stand still, ms */
export function tusRoutes(router: Router, uploads: Uploads, uploadsOf: UploadsOf, idleMs: number): void {
  const server = createServer(uploads, idleMs)
  const handle = async (ctx: Context) => {
    ctx.set('Tus-Resumable', version)
    const { checksum } = readHeaders(ctx)
    if (ctx.method === 'OPTIONS') ctx.set('Tus-Checksum-Algorithm', checksumAlgorithms.join(','))
    ctx.respond = false
    if (ctx.req.headers.expect !== undefined) ctx.res.writeContinue()
    // The library reads the method from the request itself.
    ctx.req.method = ctx.method
    await tusRequests.run({ uploads: uploadsOf(ctx), checksum }, () => server.handle(ctx.req, ctx.res))
  }
  router.post('/tus', handle).options('/tus', handle)
  router
    .patch('/tus/:id', handle)
    .head('/tus/:id', handle)
    .delete('/tus/:id', handle)
    .options('/tus/:id', handle)
}

function createServer(uploads: Uploads, idleMs: number): Server {
  return new Server({
    path: '/tus',
    datastore: new TusStore(uploads.limits.taskExpiryMs, idleMs),
    locker: new TurnLocker(lockWaitMs),
    maxSize: uploads.limits.maxFileSize,
    // Behind a proxy only the client knows the name that it used.
    relativeLocation: true,
    disableTerminationForFinishedUploads: true,
    // Foreign origins were refused before this.
    allowedOrigins: () => true,
    onResponseError: (_request, error) => answerOf(uploads, error),
  })
}

type TusError = Error | { readonly status_code: number; readonly body: string }

/** Our own errors as everywhere; those of the library, which know their status, stay as they are. */
function answerOf(uploads: Uploads, error: TusError) {
  if (!(error instanceof UploadError)) return undefined
  const status = statusOf(error)
  const facts = { status, code: error.code, reason: error.message }
  if (status >= 500) uploads.log.error({ ...facts, cause: String(error.cause) }, 'tus request failed')
  const { code, message } = error
  return { status_code: status, body: JSON.stringify({ error: { code, message } }) }
}
