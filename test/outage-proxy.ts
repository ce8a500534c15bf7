/**
 * What stands between a client and its server, in the hands of a test: passes everything on, and for a while answers in
 * the server's place as proxies, portals and broken tunnels do.
 */
import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { buffer, json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { BundleReader } from '../src/shared/protocol/bundle-frames.ts'
import { routes } from '../src/shared/protocol/wire.ts'

/** Answers a request in the server's place. */
export type Answer = (outgoing: ServerResponse, incoming: IncomingMessage) => void

export interface OutageProxy {
  readonly url: string
  /** Requests that were passed on or answered so far, as `PUT /api/task/…`. */
  readonly requests: readonly string[]
  /** Chunks, and files of bundles, that were passed on so far. */
  uploads(): number
  /** What happens from now on; null passes everything on. */
  set(trouble: Trouble | null): void
}

export type Trouble =
  /** Answers the requests that `only` picks; all where it is left out. */
  | { readonly answer: Answer; readonly only?: (incoming: IncomingMessage, body: Buffer) => boolean }
  /** Accepts and breaks every connection. */
  | 'reset'
  /** Shows another certificate. */
  | { readonly credentials: Credentials }

export interface Credentials {
  readonly key: Buffer
  readonly cert: Buffer
}

/** An answer as proxies give it: a status and a page of their own. */
export function bare(status: number, headers: Record<string, string> = {}): Answer {
  return (outgoing, incoming) => {
    incoming.resume()
    outgoing.writeHead(status, { 'content-type': 'text/html', ...headers })
    outgoing.end(`<html><body><h1>${status}</h1></body></html>`)
  }
}

interface OutageProxyOptions {
  /** Speaks TLS with these credentials while there is no trouble. */
  readonly secure?: Credentials | undefined
  /** How long each chunk and each bundle is held, ms, so that an upload has a middle. */
  readonly paceMs?: number
  /** Files in a bundle at most; the server's own limit where left out. */
  readonly filesInBundle?: number
}

/**
 * Ends with the test.
 * @param serverPort where the server listens on 127.0.0.1
 */
export async function outageProxy(
  serverPort: number,
  { secure, paceMs = 0, filesInBundle }: OutageProxyOptions = {},
): Promise<OutageProxy> {
  let trouble: Trouble | null = null
  let uploads = 0
  const requests: string[] = []
  const agent = new Agent({ keepAlive: true })
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    requests.push(`${incoming.method} ${incoming.url}`)
    const passed = (body?: Buffer) => passOn({ incoming, outgoing, body, filesInBundle }, serverPort, agent)
    const pass = (body?: Buffer) => {
      if (incoming.url === routes.bundle && !body)
        return void buffer(incoming).then(pass, () => outgoing.destroy())
      if (!isUpload(incoming)) return passed(body)
      uploads += incoming.url === routes.bundle && body ? filesIn(body) : 1
      setTimeout(() => passed(body), paceMs)
    }
    const now = trouble
    if (now === null || now === 'reset' || !('answer' in now)) return pass()
    if (!now.only) return now.answer(outgoing, incoming)
    const { answer, only } = now
    void buffer(incoming).then(
      (body) => (only(incoming, body) ? answer(outgoing, incoming) : pass(body)),
      () => outgoing.destroy(),
    )
  }
  const plain = createServer(handle)
  const usual = secure ? createSecureServer(secure, handle) : plain
  const sockets = new Set<Socket>()
  const front = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
    if (trouble === 'reset') return void socket.resetAndDestroy()
    const now = trouble
    const handler = now !== null && 'credentials' in now ? createSecureServer(now.credentials, handle) : usual
    handler.emit('connection', socket)
  }).listen(0, '127.0.0.1')
  await once(front, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    agent.destroy()
    front.close()
  })
  const { port } = front.address() as AddressInfo
  return {
    url: `${secure ? 'https' : 'http'}://127.0.0.1:${port}`,
    requests,
    uploads: () => uploads,
    set: (next) => {
      trouble = next
      // Connections that stand would not meet a trouble that begins with them.
      if (next === null || next === 'reset' || 'credentials' in next) {
        for (const socket of sockets) socket.resetAndDestroy()
      }
    },
  }
}

/** Whether a request carries bytes of files. */
export function isUpload({ method, url }: IncomingMessage): boolean {
  return method === 'PUT' || url === routes.bundle
}

/** How many whole files a bundle has. */
function filesIn(body: Buffer): number {
  let files = 0
  const anything = Number.MAX_SAFE_INTEGER
  const reader = new BundleReader({ fileBytes: anything, bytes: anything, files: anything }, () => {
    files += 1
  })
  reader.push(body)
  return files
}

interface Passed {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** What the request held, where it was read already. */
  readonly body: Buffer | undefined
  readonly filesInBundle: number | undefined
}

function passOn({ incoming, outgoing, body, filesInBundle }: Passed, port: number, agent: Agent): void {
  const { method, url: path, headers } = incoming
  const target = { host: '127.0.0.1', port, method, path, agent }
  const passed = request({ ...target, headers: { ...headers, host: `127.0.0.1:${port}` } }, (answer) => {
    if (path === routes.offers && filesInBundle !== undefined)
      return void answerOffers(answer, outgoing, filesInBundle).catch(() => outgoing.destroy())
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(outgoing)
  })
  passed.on('error', () => outgoing.destroy())
  if (body !== undefined) return void passed.end(body)
  incoming.on('error', () => passed.destroy())
  incoming.pipe(passed)
}

/** Lowers the count of files that the server accepts in a bundle. */
async function answerOffers(answer: IncomingMessage, outgoing: ServerResponse, files: number): Promise<void> {
  const { bundle, ...rest } = (await json(answer)) as { bundle?: object }
  const { 'content-length': _length, ...headers } = answer.headers
  outgoing.writeHead(answer.statusCode ?? 500, headers)
  outgoing.end(JSON.stringify(bundle ? { ...rest, bundle: { ...bundle, files } } : rest))
}
