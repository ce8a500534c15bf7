/** Gives each request an id for its answer and its log lines; logs and counts it once it has ended. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Socket } from 'node:net'
import type { Context, Middleware } from 'koa'
import { loggedPath } from '../http/logged-path.ts'
import type { Log } from '../monitoring/log.ts'
import type { Metrics } from '../monitoring/metrics.ts'
import { validRequestId, withRequestId } from '../monitoring/request-id.ts'
import { clientIfKnown } from './auth.ts'

/** Bytes of a connection that were already counted with its earlier requests. */
const countedBytes = new WeakMap<Socket, number>()

/** Routes that are polled, or called once per chunk: logged at `debug` only. */
const frequent = new Set([
  '/api/health',
  '/metrics',
  '/api/upload-chunk',
  '/api/task/:taskId/chunk/:chunkIndex',
  '/tus/:id',
])

/** Accepts the client's `X-Request-Id` when it is valid, else makes one; the answer carries it. */
export function identifyRequests(): Middleware {
  return (ctx, next) => {
    const id = validRequestId(ctx.get('X-Request-Id'))
    ctx.set('X-Request-Id', id)
    return withRequestId(id, next)
  }
}

/** Logs each request in one line and counts it in the metrics. */
export function logRequests(log: Log, metrics: Metrics): Middleware {
  return (ctx, next) => {
    const startedAtMs = performance.now()
    const { method } = ctx
    const onClose = () => {
      const client = clientIfKnown(ctx)
      const ms = performance.now() - startedAtMs
      const status = ctx.res.writableFinished ? ctx.res.statusCode : undefined
      const receivedBytes = newBytesOf(ctx.req.socket)
      const route = routeOf(ctx)
      const seconds = ms / 1000
      metrics.answered({ method, route, status, seconds, receivedBytes, library: client?.folder })
      const facts = { method, path: loggedPath(ctx.path), status, ms: Math.round(ms), receivedBytes }
      const isQuiet = frequent.has(route ?? '') && status !== undefined && status < 400
      log[isQuiet ? 'debug' : 'info']({ ...facts, client: client?.name }, 'request')
    }
    // The event fires outside of the request's async context: binding keeps the request id on the line.
    ctx.res.once('close', AsyncLocalStorage.bind(onClose))
    return next()
  }
}

/** Bytes received over the connection since its last request ended. */
function newBytesOf(socket: Socket): number {
  const bytes = socket.bytesRead - (countedBytes.get(socket) ?? 0)
  countedBytes.set(socket, socket.bytesRead)
  return Math.max(0, bytes)
}

/** The template of the route that handled the request. */
function routeOf(ctx: Context): string | undefined {
  const { _matchedRoute: route } = ctx as { _matchedRoute?: string | RegExp }
  return typeof route === 'string' ? route : undefined
}
