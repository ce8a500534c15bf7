/** Clients of the documents read `message` at the top of an answer: there they find what is wrong, too. */
import type { Middleware } from 'koa'

/** As the router matches them: in any case, with or without a slash at the end. */
const documentRoutes = /^\/(upload|uploadChunk|mergeFile|file\/resumeUpload)\/?$/i

/** Adds the error's message to error answers of these routes, whatever refused the request. */
export function repeatMessage(): Middleware {
  return async (ctx, next) => {
    await next()
    if (ctx.status < 400 || !documentRoutes.test(ctx.path)) return
    const { body } = ctx
    if (typeof body !== 'object' || body === null || !('error' in body)) return
    const { error } = body as { readonly error: { readonly message: string } }
    ctx.body = { message: error.message, ...body }
  }
}
