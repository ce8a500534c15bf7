/** Builds the Koa app from its parts: the order of the middleware is the order of trust. */
import Router from '@koa/router'
import Koa, { type Middleware } from 'koa'
import { UploadError } from '../src/shared/protocol/errors.ts'
import type { AccessToken } from './config/tokens.ts'
import { requireToken } from './middleware/auth.ts'
import { answerErrors } from './middleware/error-answers.ts'
import { guardHost, guardOrigin } from './middleware/host-and-origin.ts'
import { stripPathPrefix } from './middleware/path-prefix.ts'
import { identifyRequests, logRequests } from './middleware/request-log.ts'
import { discardUnreadBodies } from './middleware/unread-bodies.ts'
import type { Metrics } from './monitoring/metrics.ts'
import { openApiRoute } from './openapi/route.ts'
import { clientUploads } from './routes/client-uploads.ts'
import { contractRoutes, markUnsuccessful } from './routes/dialects/contract/contract-routes.ts'
import { batchUploadRoute } from './routes/dialects/documents/batch-upload.ts'
import { repeatMessage } from './routes/dialects/documents/error-messages.ts'
import { largeFileRoutes } from './routes/dialects/documents/large-files.ts'
import { resumableUploadRoute } from './routes/dialects/documents/resumable-upload.ts'
import { describeProblems } from './routes/dialects/resumable/problems.ts'
import { resumableRoutes } from './routes/dialects/resumable/resumable-routes.ts'
import { nameVersion, overrideMethod } from './routes/dialects/tus/headers.ts'
import { tusRoutes } from './routes/dialects/tus/tus-routes.ts'
import { webdavRoutes } from './routes/dialects/webdav/webdav-routes.ts'
import { linkRoutes } from './routes/links/link-routes.ts'
import { batchRoutes } from './routes/native/batches.ts'
import { bundleRoutes } from './routes/native/bundles.ts'
import { downloadRoute } from './routes/native/downloads.ts'
import { fileRoutes } from './routes/native/files.ts'
import { scrubRoutes } from './routes/native/scrub.ts'
import { serverInfoRoutes } from './routes/native/server-info.ts'
import { taskRoutes } from './routes/native/tasks.ts'
import type { Uploads } from './uploads/context.ts'
import type { Scrub } from './uploads/scrub/scrub.ts'

export interface AppOptions {
  readonly version: string
  /** Those of the moment, each of which opens its own part of the library; null lets everybody in. */
  readonly tokens: (() => readonly AccessToken[]) | null
  readonly allowedHosts: readonly string[]
  readonly corsOrigins: readonly string[]
  /** Path that a reverse proxy serves this server below, such as `/photos`; empty for none. */
  readonly pathPrefix: string
  /** Puts the causes of server errors into answers, for developers. */
  readonly showsCauses: boolean
  /** How long a client may send nothing of a body, or read nothing of a download, ms. */
  readonly bodyIdleMs: number
  isClosing(): boolean
}

/** What watches over the server and its library. */
export interface AppParts {
  readonly metrics: Metrics
  readonly scrub: Scrub
}

export function createApp(uploads: Uploads, parts: AppParts, options: AppOptions): Koa {
  const app = new Koa({ proxy: false })
  // Only connections that broke in the middle of an answer reach Koa's own handler.
  app.on('error', (error: Error) => uploads.log.debug({ reason: error.message }, 'answer was cut off'))
  app.use(stripPathPrefix(options.pathPrefix))
  app.use(identifyRequests())
  app.use(logRequests(uploads.log, parts.metrics))
  app.use(discardUnreadBodies())
  app.use(markUnsuccessful())
  app.use(repeatMessage())
  app.use(describeProblems())
  app.use(answerErrors(uploads.log, options.showsCauses))
  app.use((ctx, next) => {
    ctx.set('X-Content-Type-Options', 'nosniff')
    return next()
  })
  app.use(nameVersion())
  app.use(guardHost(options.allowedHosts))
  app.use(guardOrigin(options.corsOrigins))
  app.use(requireToken(options.tokens, uploads.now))
  app.use(refuseWhile(options.isClosing))
  app.use(overrideMethod())
  app.use(createRouter(uploads, parts, options).routes())
  return app
}

/** While the server is stopping, tells new requests on open connections to come back later. */
function refuseWhile(isClosing: () => boolean): Middleware {
  return (ctx, next) => {
    if (!isClosing()) return next()
    ctx.set('Connection', 'close')
    throw new UploadError('server-closing', 'The server is stopping. Try again in a moment.', {
      retryAfterMs: 2_000,
    })
  }
}

/** All routes. */
export function createRouter(
  uploads: Uploads,
  { metrics, scrub }: AppParts,
  {
    version,
    bodyIdleMs,
    pathPrefix,
    tokens,
  }: Pick<AppOptions, 'version' | 'bodyIdleMs' | 'pathPrefix' | 'tokens'>,
): Router {
  const router = new Router()
  const uploadsOf = clientUploads(uploads)
  serverInfoRoutes(router, uploadsOf, { version, metrics, now: uploads.now })
  scrubRoutes(router, uploadsOf, scrub)
  fileRoutes(router, uploadsOf)
  openApiRoute(router, { version, pathPrefix, needsToken: tokens !== null })
  taskRoutes(router, uploadsOf, bodyIdleMs)
  bundleRoutes(router, uploadsOf, bodyIdleMs)
  batchRoutes(router, uploadsOf, bodyIdleMs)
  contractRoutes(router, uploadsOf, bodyIdleMs)
  batchUploadRoute(router, uploadsOf, bodyIdleMs)
  resumableUploadRoute(router, uploadsOf, bodyIdleMs)
  largeFileRoutes(router, uploadsOf, bodyIdleMs)
  tusRoutes(router, uploads, uploadsOf, { idleMs: bodyIdleMs, pathPrefix })
  resumableRoutes(router, uploads, uploadsOf, { idleMs: bodyIdleMs, pathPrefix })
  linkRoutes(router, uploads, uploadsOf, { idleMs: bodyIdleMs, pathPrefix })
  webdavRoutes(router, uploadsOf, { idleMs: bodyIdleMs, pathPrefix })
  downloadRoute(router, uploadsOf, bodyIdleMs)
  return router
}
