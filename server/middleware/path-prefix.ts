/** Removes the path that a reverse proxy serves this server below, where the proxy left it on the request. */
import type { Middleware } from 'koa'

/**
 * Requests without the prefix pass unchanged, so that proxies that strip it and clients in the server's own network are
 * served too.
 * @param prefix such as `/photos`, without a slash at its end; empty for none
 */
export function stripPathPrefix(prefix: string): Middleware {
  return (ctx, next) => {
    const { url } = ctx
    const rest = prefix !== '' && url.startsWith(prefix) ? url.slice(prefix.length) : undefined
    // `/photosynthesis` is not below `/photos`.
    if (rest !== undefined && /^([/?]|$)/.test(rest)) ctx.url = rest.startsWith('/') ? rest : `/${rest}`
    return next()
  }
}
