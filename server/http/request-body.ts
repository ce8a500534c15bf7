/** Reads request bodies with bounds: idle time, size, and the right to stop. The only reader of bodies on the server. */
import type { IncomingMessage } from 'node:http'
import type { Context } from 'koa'
import type { z } from 'zod'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { Refusal } from '../refusal.ts'

const maxJsonBytes = 64 * 1024

export interface ReadOptions {
  /** How long the body may stand still, ms. */
  readonly idleMs: number
  readonly signal?: AbortSignal
}

/**
 * Hands over the body piece by piece; a promise that `onPiece` returns is waited for before the next piece is read.
 * @throws UploadError `connection-lost`, `request-timeout`, the signal's reason, or whatever `onPiece` threw
 */
export function readBody(
  ctx: Context,
  onPiece: (piece: Buffer) => Promise<void> | undefined,
  { idleMs, signal }: ReadOptions,
): Promise<void> {
  // Only now is the body wanted: a client that asked first is told to send it.
  if (ctx.req.headers.expect !== undefined && !ctx.res.headersSent) ctx.res.writeContinue()
  return new Promise((resolve, reject) => {
    const request: IncomingMessage = ctx.req
    const startIdle = () => setTimeout(() => end(stalled(idleMs)), idleMs)
    let idle = startIdle()
    const onData = (piece: Buffer) => {
      idle.refresh()
      const busy = attempt(() => onPiece(piece))
      if (busy === undefined) return
      request.pause()
      // Time spent on our own disk is not the client's.
      clearTimeout(idle)
      busy.then(() => {
        if (!request.listeners('data').includes(onData)) return
        request.resume()
        // A timer that was cleared cannot be refreshed.
        idle = startIdle()
      }, end)
    }
    const attempt = (work: () => Promise<void> | undefined) => {
      try {
        return work()
      } catch (thrown) {
        return Promise.reject(thrown)
      }
    }
    const onEnd = () => end(undefined)
    const onLost = () =>
      end(new UploadError('connection-lost', 'The connection was lost while the body came in.'))
    const onAbort = () => end(signal?.reason)
    const end = (reason: unknown) => {
      clearTimeout(idle)
      request.off('data', onData).off('end', onEnd).off('close', onLost).off('error', onLost)
      // A socket may still fail later; by then nobody waits for this body.
      request.on('error', () => undefined)
      signal?.removeEventListener('abort', onAbort)
      if (reason === undefined) resolve()
      else reject(reason)
    }
    if (request.destroyed) return onLost()
    if (signal?.aborted === true) return onAbort()
    signal?.addEventListener('abort', onAbort)
    request.on('end', onEnd).on('close', onLost).on('error', onLost).on('data', onData)
  })
}

function stalled(idleMs: number): UploadError {
  return new UploadError(
    'request-timeout',
    `No byte of the body came for ${idleMs / 1000} seconds. Send it again.`,
  )
}

/**
 * The body as parsed JSON.
 * @throws UploadError `bad-request` when it is too large (413), of another type (415), or does not fit the schema
 */
export async function readJson<Schema extends z.ZodType>(
  ctx: Context,
  schema: Schema,
  options: ReadOptions,
): Promise<z.infer<Schema>> {
  if (!ctx.is('application/json')) {
    throw new Refusal('bad-request', 'Send the request as application/json.', { status: 415 })
  }
  if (!['', 'identity'].includes(ctx.get('Content-Encoding'))) {
    throw new Refusal('bad-request', 'Send the request without Content-Encoding.', { status: 415 })
  }
  if ((ctx.request.length ?? 0) > maxJsonBytes) throw tooLarge()
  const pieces: Buffer[] = []
  let bytes = 0
  await readBody(
    ctx,
    (piece) => {
      bytes += piece.length
      if (bytes > maxJsonBytes) throw tooLarge()
      pieces.push(piece)
      return undefined
    },
    options,
  )
  const parsed = schema.safeParse(parseJson(Buffer.concat(pieces)))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new UploadError(
    'bad-request',
    `${issue?.path.join('.') || 'The request'}: ${issue?.message ?? 'is invalid'}`,
  )
}

function parseJson(bytes: Buffer): unknown {
  try {
    // Not repaired: two names that are no UTF-8 would become the same.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (thrown) {
    throw new UploadError('bad-request', 'The request is not JSON in UTF-8.', { cause: thrown })
  }
}

function tooLarge(): Refusal {
  return new Refusal('bad-request', `The request is larger than ${maxJsonBytes} bytes.`, { status: 413 })
}
