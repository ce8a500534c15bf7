/** An HTTP proxy on loopback as companies have them: passes requests on by name, and opens tunnels. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface ForwardProxyOptions {
  /** `name:password` that it asks for. */
  readonly login?: string
  /** What it answers to `CONNECT`, in place of a tunnel. */
  readonly refusal?: number
}

export interface ForwardProxy {
  /** `http://127.0.0.1:port` */
  readonly url: string
  /** Host and port. */
  readonly name: string
  /** Requests and tunnels that it passed on: `PUT http://…`, `CONNECT host:port`. */
  readonly passed: string[]
  /** Connections that clients opened so far. */
  connections(): number
}

/** Ends with the test. */
export async function forwardProxy({ login, refusal }: ForwardProxyOptions = {}): Promise<ForwardProxy> {
  const passed: string[] = []
  let connections = 0
  const sockets = new Set<Socket>()
  const isKnown = ({ headers }: IncomingMessage) =>
    login === undefined || headers['proxy-authorization'] === `Basic ${btoa(login)}`
  const proxy = createServer((incoming, outgoing) => {
    if (!isKnown(incoming)) return askForLogin(incoming, outgoing)
    passed.push(`${incoming.method} ${incoming.url}`)
    passOn(incoming, outgoing)
  })
  proxy.on('connection', (socket) => {
    connections += 1
    hold(sockets, socket)
  })
  proxy.on('connect', (incoming: IncomingMessage, client: Socket) => {
    const status = isKnown(incoming) ? (refusal ?? 200) : 407
    client.write(`HTTP/1.1 ${status} Whatever\r\n\r\n`)
    if (status !== 200) return client.end()
    passed.push(`CONNECT ${incoming.url}`)
    const [host = '', port] = (incoming.url ?? '').split(':')
    const server = hold(sockets, connect(Number(port), host))
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    return client.pipe(server).pipe(client)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  const name = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return { url: `http://${name}`, name, passed, connections: () => connections }
}

function hold(sockets: Set<Socket>, socket: Socket): Socket {
  sockets.add(socket)
  return socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
}

function askForLogin(incoming: IncomingMessage, outgoing: ServerResponse): void {
  incoming.resume()
  outgoing.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end('<h1>Login</h1>')
}

function passOn(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { 'proxy-authorization': _, 'proxy-connection': __, ...headers } = incoming.headers
  const passed = request(incoming.url ?? '', { method: incoming.method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(outgoing)
  })
  passed.on('error', () => outgoing.writeHead(502).end('<h1>Bad gateway</h1>'))
  incoming.pipe(passed)
}
