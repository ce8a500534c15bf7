/** Gives each request a name that its answer and its lines in the log carry, and counts it once it has ended. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Socket } from 'node:net'
import type { Context, Middleware } from 'koa'
import type { Metrics } from '../monitoring/metrics.ts'
import { soundRequestId, withRequestId } from '../monitoring/request-id.ts'
import type { OperationLog } from '../uploads/context.ts'
import { clientNameOf, libraryOf } from './auth.ts'

/** Bytes of a connection that were counted with its earlier requests. */
const countedBytes = new WeakMap<Socket, number>()

/** Asked for again and again, or once for every chunk: worth a line only to who looks closely. */
const frequent = new Set([
  '/api/health',
  '/metrics',
  '/api/upload-chunk',
  '/api/task/:taskId/chunk/:chunkIndex',
  '/tus/:id',
])

/** Honours an `X-Request-Id` that is sound, and echoes the one that holds. */
export function identifyRequests(): Middleware {
  return (ctx, next) => {
    const id = soundRequestId(ctx.get('X-Request-Id'))
    ctx.set('X-Request-Id', id)
    return withRequestId(id, next)
  }
}

/** One line for each request, and its share of the metrics. */
export function tellRequests(log: OperationLog, metrics: Metrics): Middleware {
  return (ctx, next) => {
    const startedAtMs = performance.now()
    const { method } = ctx
    const tell = () => {
      const ms = performance.now() - startedAtMs
      const status = ctx.res.writableFinished ? ctx.res.statusCode : undefined
      const receivedBytes = newBytesOf(ctx.req.socket)
      const route = routeOf(ctx)
      const seconds = ms / 1000
      metrics.answered({ method, route, status, seconds, receivedBytes, library: libraryOf(ctx) })
      const facts = { method, path: ctx.path.slice(0, 1_000), status, ms: Math.round(ms), receivedBytes }
      const isQuiet = frequent.has(route ?? '') && status !== undefined && status < 400
      log[isQuiet ? 'debug' : 'info']({ ...facts, client: clientNameOf(ctx) }, 'request')
    }
    // An event of the connection is nobody's: bound, it stays this request's.
    ctx.res.once('close', AsyncLocalStorage.bind(tell))
    return next()
  }
}

/** Bytes that came over the connection since its last request ended. */
function newBytesOf(socket: Socket): number {
  const bytes = socket.bytesRead - (countedBytes.get(socket) ?? 0)
  countedBytes.set(socket, socket.bytesRead)
  return Math.max(0, bytes)
}

/** The template of the route that took the request. */
function routeOf(ctx: Context): string | undefined {
  const { _matchedRoute: route } = ctx as { _matchedRoute?: string | RegExp }
  return typeof route === 'string' ? route : undefined
}
