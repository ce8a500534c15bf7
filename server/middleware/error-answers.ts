/** Turns errors into HTTP answers, in one place: a status, JSON with code and message, and Retry-After. */
import type { Middleware, ParameterizedContext } from 'koa'
import { type ErrorCode, UploadError } from '../../src/shared/protocol/errors.ts'
import type { ErrorBody } from '../../src/shared/protocol/wire.ts'
import { DetailedError } from '../detailed-error.ts'
import { isDrivePath } from '../http/download-path.ts'
import { HttpError } from '../http/http-error.ts'
import { loggedPath } from '../http/logged-path.ts'
import type { Log } from '../monitoring/log.ts'

const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  'bad-request': 400,
  unauthorized: 401,
  forbidden: 403,
  'not-found': 404,
  'task-gone': 404,
  'name-invalid': 400,
  'length-required': 411,
  'file-too-large': 413,
  'chunk-invalid': 400,
  'chunk-corrupted': 422,
  'chunk-conflict': 409,
  'chunks-missing': 409,
  'task-busy': 423,
  'digest-mismatch': 422,
  'too-many-requests': 429,
  'request-timeout': 408,
  // The client is gone and never sees it; a lost connection is not the server's fault.
  'connection-lost': 400,
  'storage-full': 507,
  'server-closing': 503,
  'server-unreachable': 503,
}

/** @param showsCauses puts the causes of server errors into answers, for developers; the log always has them */
export function answerErrors(log: Log, showsCauses: boolean): Middleware {
  return async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body == null && ctx.respond !== false) {
        throw new UploadError('not-found', `There is nothing at ${ctx.method} ${loggedPath(ctx.path)}.`)
      }
    } catch (thrown) {
      answer(ctx, thrown, log, showsCauses)
    }
  }
}

function answer(ctx: ParameterizedContext, thrown: unknown, log: Log, showsCauses: boolean): void {
  const error = asUploadError(thrown)
  const status = statusOf(error)
  const facts = {
    status,
    code: error.code,
    method: ctx.method,
    path: loggedPath(ctx.path),
    reason: error.message,
  }
  if (isFailure(status) && error.code !== 'server-closing')
    log.error({ ...facts, cause: describe(error.cause) }, 'request failed')
  else log.debug(facts, 'request refused')
  // There is nobody left to answer, or the answer has begun.
  if (ctx.res.headersSent || ctx.req.socket.destroyed) return
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  if (status === 401)
    ctx.set('WWW-Authenticate', `${isDrivePath(ctx.path) ? 'Basic' : 'Bearer'} realm="PhotoFerry"`)
  if (error.retryAfterMs !== undefined) ctx.set('Retry-After', String(Math.ceil(error.retryAfterMs / 1000)))
  ctx.body = errorBody(error, showsCauses)
}

/** Whether an answer says that the server failed; 501 says that a client asked for what the server never does. */
export const isFailure = (status: number) => status >= 500 && status !== 501

/** The HTTP status of an error's answer. */
export function statusOf(error: UploadError): number {
  return error instanceof HttpError ? error.status : (statuses[error.code] ?? 500)
}

/** @param showsCauses puts the cause into the details, for developers */
export function errorBody(error: UploadError, showsCauses: boolean): ErrorBody {
  const cause = !showsCauses || error.cause === undefined ? undefined : { cause: describe(error.cause) }
  const details = error instanceof DetailedError ? error.details : undefined
  const all = cause || details ? { details: { ...cause, ...details } } : {}
  return { error: { code: error.code, message: error.message, ...all } }
}

/** Passes a coded error through; of any other error, clients learn only that there was one. */
export function asUploadError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  return new UploadError('server-error', 'Something unexpected went wrong on the server. See its log.', {
    cause: thrown,
  })
}

function describe(cause: unknown): string | undefined {
  if (cause === undefined) return undefined
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
}
