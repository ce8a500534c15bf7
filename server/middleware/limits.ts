/** Bounds on what a client may hold open: headers, connections, idle bodies, and bodies that nobody reads any more. */
import type { RequestListener, Server, ServerOptions } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Middleware } from 'koa'
import { UploadError } from '../../src/shared/protocol/errors.ts'

/** How long a connection stays whose request was answered before its end, so that the sender can read the answer. */
const lingerMs = 5_000
const maxConnections = 1_000
/** Answers that a client may have outstanding on one connection: browsers and proxies send one request at a time. */
const maxPipelined = 16

export const httpOptions: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 20_000,
  // Who says nothing at all has a place that others may need.
  connectionsCheckingInterval: 5_000,
  // A slow body that keeps moving is welcome, however long it takes; bodies have an idle limit of their own.
  requestTimeout: 0,
  // Longer than the minute after which common proxies let go, so that they never reuse a connection we just closed.
  keepAliveTimeout: 65_000,
  requireHostHeader: true,
}

/**
 * Sets what can be set only on a server that exists, and answers requests that HTTP itself forbids.
 * @param stayMs how long their connections stay, ms
 */
export function boundServer(server: Server, stayMs = lingerMs): void {
  server.maxConnections = maxConnections
  boundPipelining(server)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy()
      return
    }
    const [status, code] = refusals[error.code ?? ''] ?? ['400 Bad Request', 'bad-request']
    const body = JSON.stringify({
      error: { code, message: 'This is not a request that the server can read.' },
    })
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
    // This end is closed; a client that never closes its own would have the connection for ever.
    cutAfter(socket, stayMs)
  })
}

/** Cuts a connection that asks ever more and waits for no answer: each of its requests would take memory. */
function boundPipelining(server: Server): void {
  const unanswered = new WeakMap<Socket, number>()
  const count: RequestListener = ({ socket }, response) => {
    const more = (unanswered.get(socket) ?? 0) + 1
    unanswered.set(socket, more)
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1))
    if (more > maxPipelined) socket.destroy()
  }
  // Who asks before it sends comes by an event of its own.
  server.prependListener('request', count).prependListener('checkContinue', count)
}

const refusals: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'bad-request'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request-timeout'],
}

function cutAfter(socket: Duplex, ms: number): void {
  const cut = setTimeout(() => socket.destroy(), ms)
  cut.unref()
  socket.once('close', () => clearTimeout(cut))
}

/** Reads away the rest of a body that was answered before its end, for a short while; then the connection is cut. */
export function dropUnreadBodies(): Middleware {
  return async (ctx, next) => {
    await next()
    const { req } = ctx
    if (req.complete || req.destroyed) return
    const drop = () => {
      if (req.complete) return
      req.resume()
      const cut = setTimeout(() => req.socket.destroy(), lingerMs)
      cut.unref()
      req.once('close', () => clearTimeout(cut))
    }
    if (ctx.res.writableFinished) drop()
    else ctx.res.once('finish', drop)
  }
}

/** Once the server is to stop, new requests on old connections are told to come back later. */
export function refuseWhile(isClosing: () => boolean): Middleware {
  return (ctx, next) => {
    if (!isClosing()) return next()
    ctx.set('Connection', 'close')
    throw new UploadError('server-closing', 'The server is stopping. Try again in a moment.', {
      retryAfterMs: 2_000,
    })
  }
}
