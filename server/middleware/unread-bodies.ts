/** Discards the rest of a body whose request was answered early, for a short while; then closes the connection. */
import type { Middleware } from 'koa'
import { lingerMs } from '../http/connection-limits.ts'

export function discardUnreadBodies(): Middleware {
  return async (ctx, next) => {
    await next()
    const { req } = ctx
    if (req.complete || req.destroyed) return
    const discard = () => {
      if (req.complete) return
      req.resume()
      const timer = setTimeout(() => req.socket.destroy(), lingerMs)
      timer.unref()
      // Of the request, not of its connection: a body that ends in time leaves the connection open for the next one.
      req.once('close', () => clearTimeout(timer))
    }
    if (ctx.res.writableFinished) discard()
    else ctx.res.once('finish', discard)
  }
}
