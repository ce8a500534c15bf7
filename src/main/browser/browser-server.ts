/** Browser mode: PhotoFerry's window in a browser, over loopback HTTP and WebSocket. Builds the host from its parts. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { browserBridge } from '../../shared/browser-bridge.ts'
import type { UploadError } from '../../shared/protocol/errors.ts'
import type { Client } from '../client/client.ts'
import { createDispatch } from '../client/commands.ts'
import { keepToken } from './browser-token.ts'
import { StagedDrops } from './inbox-drops.ts'
import { createStagingRoute } from './inbox-route.ts'
import { listenOnLoopback } from './loopback.ts'
import { createPageHost } from './page-host.ts'
import { createPageRoutes } from './page-routes.ts'
import { maxMessageBytes, serveBridge } from './page-socket.ts'
import { createReceiptRoute } from './receipt-route.ts'
import { comesFrom, createTokenCheck, ownOrigin, socketToken, type TokenCheck } from './request-guard.ts'
import { createThumbnailRoute } from './thumbnail-route.ts'

export interface BrowserServerOptions {
  readonly client: Client
  /** Absolute path of the built window. */
  readonly rendererDir: string
  /** Absolute path of the folder that keeps the token. */
  readonly stateDir: string
  /** PhotoFerry's own. */
  readonly version: string
  /** Taken as it is; without one 4711, or any free port when that is taken. 0 stands for any free port. */
  readonly port?: number | undefined
  /** Told what went wrong where no page can be told or mend it. */
  readonly report: (error: UploadError) => void
  /** In ms; a page that answers no ping for this long is let go. */
  readonly heartbeatMs?: number
  /** In ms; a drop whose page is gone is closed after this long without a request. */
  readonly dropIdleMs?: number
}

export interface BrowserServer {
  /** What a person opens; the token is in its fragment. */
  readonly url: string
  /** Lets all pages go and closes their drops; the client goes on. */
  close(): Promise<void>
}

/** More pages than anybody opens; each costs a feed. */
const maxPages = 64
/** Browsers open up to six connections a page besides its WebSocket. */
const maxConnections = 512

/** @throws UploadError `bad-request` when the port that was asked for cannot be had */
export async function startBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const { client, report, heartbeatMs = 30_000, dropIdleMs = 10 * 60_000 } = options
  const token = await keepToken(options.stateDir)
  const isToken = createTokenCheck(token)
  const drops = new StagedDrops({ client, idleMs: dropIdleMs, report })
  const server = createServer({ requestTimeout: 0, headersTimeout: 30_000 })
  const port = () => (server.address() as AddressInfo | null)?.port ?? 0
  const staging = createStagingRoute(drops, isToken)
  const thumbnail = createThumbnailRoute(client, isToken)
  const receipt = createReceiptRoute(client, isToken)
  const { rendererDir } = options
  server.on('request', createPageRoutes({ rendererDir, port, isToken, staging, thumbnail, receipt, report }))
  const sockets = acceptPages(server, { port, isToken }, (socket) => {
    const host = createPageHost(drops, () => socket.readyState === socket.OPEN, options.version)
    serveBridge(socket, { client, dispatch: createDispatch(client, host), heartbeatMs })
  })
  server.maxConnections = maxConnections
  await listenOnLoopback(server, options.port).catch(async (thrown) => {
    await drops.stop()
    throw thrown
  })
  return {
    url: `http://127.0.0.1:${port()}/#token=${token}`,
    close: () => close(server, sockets, drops),
  }
}

interface Door {
  readonly port: () => number
  readonly isToken: TokenCheck
}

function acceptPages(server: Server, door: Door, onPage: (socket: WebSocket) => void): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    // Compression would cost the queue's processor time to spare a loopback that has plenty.
    perMessageDeflate: false,
    handleProtocols: () => browserBridge.protocol,
  })
  server.on('upgrade', (request, socket, head) => {
    // Without a listener a reset in the middle of the handshake would end the process.
    socket.on('error', () => socket.destroy())
    const refusal = refusalOf(request, door) ?? (sockets.clients.size >= maxPages ? 503 : null)
    if (refusal !== null) return refuseUpgrade(socket, refusal)
    sockets.handleUpgrade(request, socket, head, onPage)
  })
  return sockets
}

function refusalOf(request: IncomingMessage, { port, isToken }: Door): number | null {
  const origin = ownOrigin(request, port())
  if (origin === null || !comesFrom(request, origin, 'refused')) return 403
  if (request.url !== browserBridge.socketPath) return 404
  return isToken(socketToken(request)) ? null : 401
}

function refuseUpgrade(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

async function close(server: Server, sockets: WebSocketServer, drops: StagedDrops): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const socket of sockets.clients) socket.terminate()
  server.closeAllConnections()
  await drops.stop()
  await closed
}
