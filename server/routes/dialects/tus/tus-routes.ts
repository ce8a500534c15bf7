/**
 * tus 1.0 at `/tus`: @tus/server over the same use cases. Access was checked before; answers are those of the package,
 * except errors, which are this server's own.
 */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { shownHeaders } from '../../../middleware/host-and-origin.ts'
import type { Uploads } from '../../../uploads/context.ts'
import { parseTaskId } from '../../../uploads/tasks.ts'
import { taskGone } from '../../../uploads/upload-errors.ts'
import type { UploadsOf } from '../../client-uploads.ts'
import { serveFile } from '../../serve-file.ts'
import { TusDataStore } from './data-store.ts'
import { checksumAlgorithms, readHeaders, tusRequests } from './headers.ts'
import { TusLocker } from './locker.ts'
import { errorAnswer, TusServer } from './tus-server.ts'

/** A request that is asked to end has three seconds for it, and may have a chunk to finish. */
const lockWaitMs = 10_000

interface TusOptions {
  /** How long a client may send nothing of a body, ms. */
  readonly idleMs: number
  /** Path that a reverse proxy serves this server below; empty for none. */
  readonly pathPrefix: string
}

/** @param uploads those of the whole library */
export function tusRoutes(router: Router, uploads: Uploads, uploadsOf: UploadsOf, options: TusOptions): void {
  const server = createServer(uploads, options)
  const handle = async (ctx: Context) => {
    const { checksum } = readHeaders(ctx)
    ctx.respond = false
    if (ctx.req.headers.expect !== undefined) ctx.res.writeContinue()
    // The package reads the method from the request itself.
    ctx.req.method = ctx.method
    const onStored = (path: string) => ctx.set('Content-Location', `${options.pathPrefix}${path}`)
    const metadata = ctx.get('Upload-Metadata')
    const length = Number(ctx.get('Upload-Length') || Number.NaN)
    const request = { uploads: uploadsOf(ctx), checksum, metadata, length, onStored }
    await tusRequests.run(request, () => server.handle(ctx.req, ctx.res))
    // The package's reader would hold up the rest of a body that was refused, which is to be discarded (unread-bodies.ts).
    if (!ctx.req.complete) ctx.req.removeAllListeners('data')
  }
  /** Who asks what the server supports may have no token yet, and so no part of the library. */
  const tellAbilities = async (ctx: Context) => {
    ctx.set('Tus-Checksum-Algorithm', checksumAlgorithms.join(','))
    ctx.respond = false
    await server.handle(ctx.req, ctx.res)
  }
  router.post('/tus', handle).options('/tus', tellAbilities)
  router
    .patch('/tus/:id', handle)
    .head('/tus/:id', handle)
    .delete('/tus/:id', handle)
    .options('/tus/:id', tellAbilities)
    // The last: it would take HEAD too.
    .get('/tus/:id', (ctx) => serveUpload(ctx, uploadsOf(ctx), options.idleMs))
}

/** The stored file of a finished upload. */
async function serveUpload(ctx: Context, uploads: Uploads, idleMs: number): Promise<void> {
  const file = await uploads.ledger.fileOfTask(parseTaskId(ctx.params.id))
  if (file === undefined) throw taskGone()
  await serveFile(ctx, uploads, file, idleMs)
}

function createServer(uploads: Uploads, { idleMs, pathPrefix }: TusOptions): TusServer {
  return new TusServer({
    path: '/tus',
    datastore: new TusDataStore(uploads.limits.taskExpiryMs, idleMs),
    locker: new TusLocker(lockWaitMs),
    maxSize: uploads.limits.maxFileSize,
    // Without scheme and host: behind a proxy only the client knows those that it used.
    generateUrl: (_request, { path, id }) => `${pathPrefix}${path}/${id}`,
    // The origin was checked before.
    allowedOrigins: () => true,
    // Else the package would take back what pages may read besides its own.
    exposedHeaders: [...shownHeaders],
    onResponseError: (_request, error) => errorAnswer(uploads.log, error),
  })
}
