/** Browser mode: serves PhotoFerry's window to a browser on this machine, over loopback HTTP and WebSocket. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { browserBridge } from '../../shared/browser-bridge.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Client } from '../client/client.ts'
import { createDispatch } from '../client/commands.ts'
import { InboxDrops } from './inbox-drops.ts'
import { createInboxRoute } from './inbox-route.ts'
import { createPageAccess } from './page-access.ts'
import { createPageHost } from './page-host.ts'
import { createPageRoutes } from './page-routes.ts'
import { maxMessageBytes, servePage } from './page-socket.ts'
import { createReceiptRoute } from './receipt-route.ts'
import { isFromOrigin, ownOrigin, socketToken, type TokenCheck } from './request-guard.ts'
import { createSessionRoute } from './session-route.ts'
import { createThumbnailRoute } from './thumbnail-route.ts'

export interface BrowserServerOptions {
  readonly client: Client
  /** Absolute path of the built window. */
  readonly rendererDir: string
  /** Absolute path of the state folder: earlier versions kept their key in it, which goes. */
  readonly stateDir: string
  /** PhotoFerry's own. */
  readonly version: string
  /** 0 for any free port. Left out: 4711, or any free port when that is taken. */
  readonly port?: number | undefined
  /** Receives errors that no page can show. */
  readonly report: (error: UploadError) => void
  /** A page that answers no ping for this long, in ms, is disconnected; 15,000 where it is left out. */
  readonly heartbeatMs?: number
  /**
   * A drop whose page is gone is closed after this long without a request, in ms; 20,000 where it is left out. Within a
   * minute after a page disappeared, whatever became of it, everybody knows what never came.
   */
  readonly dropIdleMs?: number
}

export interface BrowserServer {
  /** The address to print: opens the page any number of times until `close`, with the key in its fragment. */
  readonly url: string
  /** A new address that opens the page once, for a file by which a browser is opened. */
  oneTimeUrl(): string
  /** Disconnects all pages and closes their drops. The client keeps running. */
  close(): Promise<void>
}

/** Where a page that stayed open expects PhotoFerry, and what the README's tunnel leads to. */
const defaultPort = 4711
/** More pages than anybody opens. Each costs a feed. */
const maxPages = 64
/** Browsers open up to six connections per page besides its WebSocket. */
const maxConnections = 512

/** @throws UploadError `bad-request` when the given port can't be used */
export async function startBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const { client, rendererDir, report, heartbeatMs = 15_000, dropIdleMs = 20_000 } = options
  const access = await createPageAccess(options.stateDir)
  const { isToken } = access
  const drops = new InboxDrops({ client, idleMs: dropIdleMs, report })
  const server = createServer({ requestTimeout: 0, headersTimeout: 30_000 })
  server.maxConnections = maxConnections
  const port = () => (server.address() as AddressInfo | null)?.port ?? 0
  const routes = {
    session: createSessionRoute(access),
    inbox: createInboxRoute(drops, isToken),
    thumbnail: createThumbnailRoute(client, isToken),
    receipt: createReceiptRoute(client, isToken),
  }
  server.on('request', createPageRoutes({ rendererDir, port, report, ...routes }))
  const sockets = acceptPages(server, { port, isToken }, (socket) => {
    const host = createPageHost(drops, () => socket.readyState === socket.OPEN, options.version)
    servePage(socket, { client, dispatch: createDispatch(client, host), heartbeatMs })
  })
  await listenOnLoopback(server, options.port).catch(async (thrown) => {
    await drops.stop()
    throw thrown
  })
  const urlWith = (key: string) => `http://127.0.0.1:${port()}/#token=${key}`
  return {
    url: urlWith(access.key),
    oneTimeUrl: () => urlWith(access.oneTimeKey()),
    close: () => close(server, sockets, drops),
  }
}

interface Guard {
  readonly port: () => number
  readonly isToken: TokenCheck
}

function acceptPages(server: Server, guard: Guard, onPage: (socket: WebSocket) => void): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    // Compression would cost the queue's processor time to save bandwidth, of which a loopback has plenty.
    perMessageDeflate: false,
    handleProtocols: () => browserBridge.protocol,
  })
  server.on('upgrade', (request, socket, head) => {
    // Without a listener, a reset in the middle of the handshake would end the process.
    socket.on('error', () => socket.destroy())
    const refusal = refusalOf(request, guard) ?? (sockets.clients.size >= maxPages ? 503 : null)
    if (refusal !== null) return refuseUpgrade(socket, refusal)
    sockets.handleUpgrade(request, socket, head, onPage)
  })
  return sockets
}

/** @returns the HTTP status of the refusal, or null for a request that is allowed */
function refusalOf(request: IncomingMessage, { port, isToken }: Guard): number | null {
  const origin = ownOrigin(request, port())
  if (origin === null || !isFromOrigin(request, origin, 'refused')) return 403
  if (request.url !== browserBridge.socketPath) return 404
  return isToken(socketToken(request)) ? null : 401
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/**
 * Listens on 127.0.0.1, which no other machine can reach.
 * @throws UploadError `bad-request` when the given port can't be used
 */
async function listenOnLoopback(server: Server, port: number | undefined): Promise<void> {
  const fault = await tryListen(server, port ?? defaultPort)
  if (fault === null) return
  if (port === undefined && (await tryListen(server, 0)) === null) return
  const reason =
    fault.code === 'EADDRINUSE'
      ? 'is in use by another program'
      : `can't be used (${fault.code ?? 'unknown'})`
  const message = `Port ${port ?? defaultPort} ${reason}. Choose another one with --port.`
  throw new UploadError('bad-request', message, { cause: fault })
}

/** @returns null when the server listens, else why it does not */
async function tryListen(server: Server, port: number): Promise<NodeJS.ErrnoException | null> {
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return null
  } catch (thrown) {
    return thrown as NodeJS.ErrnoException
  }
}

async function close(server: Server, sockets: WebSocketServer, drops: InboxDrops): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const socket of sockets.clients) socket.terminate()
  server.closeAllConnections()
  await drops.stop()
  await closed
}
