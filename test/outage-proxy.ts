/**
 * What stands between a client and its server, in the hands of a test: passes everything on, and for a while answers in
 * the server's place as proxies, portals and broken tunnels do.
 */
import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** Answers a request in the server's place. */
export type Answer = (outgoing: ServerResponse, incoming: IncomingMessage) => void

export interface OutageProxy {
  readonly url: string
  /** Requests that were passed on or answered so far, as `PUT /api/task/…`. */
  readonly requests: readonly string[]
  /** Chunks that were passed on so far. */
  chunks(): number
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
  /** How long each chunk is held, ms, so that an upload has a middle. */
  readonly paceMs?: number
}

/**
 * Ends with the test.
 * @param serverPort where the server listens on 127.0.0.1
 */
export async function outageProxy(
  serverPort: number,
  { secure, paceMs = 0 }: OutageProxyOptions = {},
): Promise<OutageProxy> {
  let trouble: Trouble | null = null
  let chunks = 0
  const requests: string[] = []
  const agent = new Agent({ keepAlive: true })
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    requests.push(`${incoming.method} ${incoming.url}`)
    const pass = (body?: Buffer) => {
      if (incoming.method !== 'PUT') return passOn({ incoming, outgoing, body }, serverPort, agent)
      chunks++
      setTimeout(() => passOn({ incoming, outgoing, body }, serverPort, agent), paceMs)
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
    chunks: () => chunks,
    set: (next) => {
      trouble = next
      // Connections that stand would not meet a trouble that begins with them.
      if (next === null || next === 'reset' || 'credentials' in next) {
        for (const socket of sockets) socket.resetAndDestroy()
      }
    },
  }
}

interface Passed {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** What the request held, where it was read already. */
  readonly body: Buffer | undefined
}

function passOn({ incoming, outgoing, body }: Passed, port: number, agent: Agent): void {
  const { method, url: path, headers } = incoming
  const target = { host: '127.0.0.1', port, method, path, agent }
  const passed = request({ ...target, headers: { ...headers, host: `127.0.0.1:${port}` } }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(outgoing)
  })
  passed.on('error', () => outgoing.destroy())
  if (body !== undefined) return void passed.end(body)
  incoming.on('error', () => passed.destroy())
  incoming.pipe(passed)
}
