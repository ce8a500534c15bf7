/** Builds the Koa app from its parts: the order of the middleware is the order of trust. */
import Router from '@koa/router'
import Koa from 'koa'
import type { Key } from './config/tokens.ts'
import { requireToken } from './middleware/auth.ts'
import { answerErrors } from './middleware/error-answers.ts'
import { guardHost, guardOrigin } from './middleware/host-guard.ts'
import { dropUnreadBodies, refuseWhile } from './middleware/limits.ts'
import { identifyRequests, tellRequests } from './middleware/request-log.ts'
import type { Metrics } from './monitoring/metrics.ts'
import { openApiRoute } from './openapi/route.ts'
import { uploadsOfClients } from './routes/client-uploads.ts'
import { sayUnsuccessful, seedContractRoutes } from './routes/dialects/contract/contract-routes.ts'
import { overrideMethod } from './routes/dialects/tus/headers.ts'
import { tusRoutes } from './routes/dialects/tus/tus-routes.ts'
import { fileRoutes } from './routes/native/downloads.ts'
import { healthRoute } from './routes/native/health.ts'
import { metricsRoute } from './routes/native/metrics-route.ts'
import { statsRoute } from './routes/native/stats.ts'
import { taskRoutes } from './routes/native/tasks.ts'
import type { Uploads } from './uploads/context.ts'

export interface AppOptions {
  readonly version: string
  /** Any of them opens the server, and each its own part of the library; null lets everybody in. */
  readonly keys: readonly Key[] | null
  readonly allowedHosts: readonly string[]
  readonly corsOrigins: readonly string[]
  /** Puts the causes of server errors into answers, for developers. */
  readonly showsCauses: boolean
  /** How long a body may stand still, or a download, ms. */
  readonly bodyIdleMs: number
  isClosing(): boolean
}

export function createApp(uploads: Uploads, metrics: Metrics, options: AppOptions): Koa {
  const app = new Koa({ proxy: false })
  // What reaches Koa's own handler is a connection that broke in the middle of an answer.
  app.on('error', (error: Error) => uploads.log.debug({ reason: error.message }, 'answer was cut off'))
  app.use(identifyRequests())
  app.use(tellRequests(uploads.log, metrics))
  app.use(dropUnreadBodies())
  app.use(sayUnsuccessful())
  app.use(answerErrors(uploads.log, options.showsCauses))
  app.use((ctx, next) => {
    ctx.set('X-Content-Type-Options', 'nosniff')
    return next()
  })
  app.use(guardHost(options.allowedHosts))
  app.use(guardOrigin(options.corsOrigins))
  app.use(requireToken(options.keys, uploads.now))
  app.use(refuseWhile(options.isClosing))
  app.use(overrideMethod())
  app.use(createRouter(uploads, metrics, options).routes())
  return app
}

/** All routes. */
export function createRouter(
  uploads: Uploads,
  metrics: Metrics,
  options: Pick<AppOptions, 'version' | 'bodyIdleMs'>,
): Router {
  const router = new Router()
  const uploadsOf = uploadsOfClients(uploads)
  healthRoute(router, options.version, uploads.now)
  statsRoute(router, uploadsOf, metrics)
  metricsRoute(router, metrics)
  openApiRoute(router, options.version)
  taskRoutes(router, uploadsOf, options.bodyIdleMs)
  seedContractRoutes(router, uploadsOf, options.bodyIdleMs)
  tusRoutes(router, uploads, uploadsOf, options.bodyIdleMs)
  fileRoutes(router, uploadsOf, options.bodyIdleMs)
  return router
}
