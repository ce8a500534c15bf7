/** Limits on what a client may hold open at the HTTP server: headers, connections, unanswered requests. */
import type { Server as PlainServer, RequestListener, ServerOptions } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { whenTokenShown } from './shown-tokens.ts'
import { Strangers } from './strangers.ts'

type Server = PlainServer | TlsServer

/** How long a connection stays open after its request was refused, so that the sender can read the answer. */
export const lingerMs = 5_000
/** With more, those that never showed a token go (strangers.ts). */
const maxConnections = 1_000
/** Unanswered requests a client may have on one connection: browsers and proxies send one at a time. */
const maxPipelined = 16

export const httpOptions: ServerOptions = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 20_000,
  // A silent connection takes up a place that others may need.
  connectionsCheckingInterval: 5_000,
  // A slow body that keeps moving is welcome, however long it takes; bodies have an idle limit of their own.
  requestTimeout: 0,
  // Longer than the minute after which common proxies close idle connections, so that a proxy never reuses one we
  // have just closed.
  keepAliveTimeout: 65_000,
  requireHostHeader: true,
}

/**
 * Sets the limits that need an existing server, and answers requests that are not valid HTTP.
 * @param stayMs how long connections of invalid requests stay open, ms
 */
export function limitConnections(server: Server, stayMs = lingerMs): void {
  limitCount(server)
  limitPipelining(server)
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || error.code === 'ECONNRESET') {
      socket.destroy()
      return
    }
    const [status, code] = invalidRequests[error.code ?? ''] ?? ['400 Bad Request', 'bad-request']
    const body = JSON.stringify({ error: { code, message: 'The server cannot read this request.' } })
    socket.end(
      `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    )
    // Our end is closed; a client that never closes its own would keep the connection forever.
    destroyAfter(socket, stayMs)
  })
}

/** Lets every connection in; with one too many, a stranger goes. That is the new one where all others have shown a token. */
function limitCount(server: Server): void {
  const strangers = new Strangers()
  /** Requests over TLS have a socket of their own, which is in none of Node's lists of connections. */
  const carriers = new Map<string, Socket>()
  let count = 0
  server.on('secureConnection', (secured: Socket) => {
    const carrier = carriers.get(nameOf(secured))
    if (carrier) whenTokenShown(secured, () => strangers.delete(carrier))
  })
  server.on('connection', (socket) => {
    count += 1
    strangers.add(socket)
    whenTokenShown(socket, () => strangers.delete(socket))
    const name = nameOf(socket)
    carriers.set(name, socket)
    socket.once('close', () => {
      count -= 1
      strangers.delete(socket)
      carriers.delete(name)
    })
    if (count <= maxConnections) return
    const first = strangers.first()
    if (!first) return
    // It closes a moment later; until then the next one must not be made room for by the same.
    strangers.delete(first)
    first.destroy()
  })
}

/** The other end, of which there is one at a time. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`
}

/** Cuts off a connection that sends requests without waiting for answers: each request takes memory. */
function limitPipelining(server: Server): void {
  const unanswered = new WeakMap<Socket, number>()
  const count: RequestListener = ({ socket }, response) => {
    const current = (unanswered.get(socket) ?? 0) + 1
    unanswered.set(socket, current)
    response.once('close', () => unanswered.set(socket, (unanswered.get(socket) ?? 1) - 1))
    if (current > maxPipelined) socket.destroy()
  }
  // Requests with `Expect: 100-continue` have an event of their own.
  server.prependListener('request', count).prependListener('checkContinue', count)
}

const invalidRequests: Readonly<Record<string, readonly [string, string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'bad-request'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'request-timeout'],
}

/** Destroys the connection after a while, unless it closes before. @param ms how long it may stay */
function destroyAfter(socket: Duplex, ms: number): void {
  const timer = setTimeout(() => socket.destroy(), ms)
  timer.unref()
  socket.once('close', () => clearTimeout(timer))
}
