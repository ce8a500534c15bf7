/** Reads request bodies within limits: idle time, size, and a signal that stops it. The server's only reader of bodies. */
import type { IncomingMessage } from 'node:http'
import type { Context } from 'koa'
import type { z } from 'zod'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { HttpError } from './http-error.ts'

const maxJsonBytes = 64 * 1024

export interface ReadOptions {
  /** How long the client may send nothing, ms. */
  readonly idleMs: number
  readonly signal?: AbortSignal
}

interface JsonOptions extends ReadOptions {
  /** Bytes of the whole body. */
  readonly maxBytes?: number
  /** The media type; `application/json` when left out. `text/plain` is what `fetch` sends of a string. */
  readonly types?: readonly string[]
}

type OnPiece = (piece: Buffer) => Promise<void> | undefined

/**
 * Passes the body on piece by piece; when `onPiece` returns a promise, waits for it before reading the next piece.
 * @throws UploadError `connection-lost`, `request-timeout`, the signal's reason, or what `onPiece` threw
 */
export function readBody(ctx: Context, onPiece: OnPiece, { idleMs, signal }: ReadOptions): Promise<void> {
  // A client that sent `Expect: 100-continue` is told to go ahead only now that somebody reads the body.
  if (ctx.req.headers.expect !== undefined && !ctx.res.headersSent) ctx.res.writeContinue()
  return new Promise((resolve, reject) => {
    const request: IncomingMessage = ctx.req
    const startIdle = () => setTimeout(() => end(stalled(idleMs)), idleMs)
    let idle = startIdle()
    const onData = (piece: Buffer) => {
      idle.refresh()
      const busy = started(onPiece, piece)
      if (busy === undefined) return
      request.pause()
      // The client is not idle while our own disk is busy.
      clearTimeout(idle)
      busy.then(() => {
        if (!request.listeners('data').includes(onData)) return
        request.resume()
        // A cleared timer cannot be refreshed.
        idle = startIdle()
      }, end)
    }
    const onEnd = () => end(undefined)
    const onLost = () => end(connectionLost())
    const onAbort = () => end(signal?.reason)
    const end = (reason: unknown) => {
      clearTimeout(idle)
      request.off('data', onData).off('end', onEnd).off('close', onLost).off('error', onLost)
      // The socket may still fail later, when nobody waits for this body any more.
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

/** Calls `onPiece`; an error that it throws becomes a rejection. */
function started(onPiece: OnPiece, piece: Buffer): Promise<void> | undefined {
  try {
    return onPiece(piece)
  } catch (thrown) {
    return Promise.reject(thrown)
  }
}

/**
 * The body as parsed JSON.
 * @throws UploadError `bad-request` when it is too large (413), of another type (415), or does not fit the schema
 */
export async function readJson<Schema extends z.ZodType>(
  ctx: Context,
  schema: Schema,
  options: JsonOptions,
): Promise<z.infer<Schema>> {
  const types = options.types ?? ['application/json']
  if (!ctx.is([...types])) throw new HttpError(415, 'bad-request', `Send the request as ${types[0]}.`)
  if (!['', 'identity'].includes(ctx.get('Content-Encoding'))) {
    throw new HttpError(415, 'bad-request', 'Send the request without Content-Encoding.')
  }
  const parsed = schema.safeParse(parseJson(await readSmallBody(ctx, options)))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new UploadError(
    'bad-request',
    `${issue?.path.join('.') || 'The request'}: ${issue?.message ?? 'is invalid'}`,
  )
}

async function readSmallBody(
  ctx: Context,
  { maxBytes = maxJsonBytes, ...options }: JsonOptions,
): Promise<Buffer> {
  if ((ctx.request.length ?? 0) > maxBytes) throw tooLarge(maxBytes)
  const pieces: Buffer[] = []
  let bytes = 0
  await readBody(
    ctx,
    (piece) => {
      bytes += piece.length
      if (bytes > maxBytes) throw tooLarge(maxBytes)
      pieces.push(piece)
      return undefined
    },
    options,
  )
  return Buffer.concat(pieces)
}

function parseJson(bytes: Buffer): unknown {
  try {
    // Invalid UTF-8 is refused, not repaired: two different names would become the same.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (thrown) {
    throw new UploadError('bad-request', 'The request is not JSON in UTF-8.', { cause: thrown })
  }
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, 'bad-request', `The request is larger than ${maxBytes} bytes.`)
}

function connectionLost(): UploadError {
  return new UploadError('connection-lost', 'The connection was lost while the body was being received.')
}

function stalled(idleMs: number): UploadError {
  return new UploadError('request-timeout', `No data arrived for ${idleMs / 1000} seconds. Send it again.`)
}
