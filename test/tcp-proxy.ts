/** The way between a client and its server on loopback, in the hands of a test: what passes, and how, is the caller's. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface TcpProxy {
  readonly url: string
  /** The ends towards clients that are open now. */
  readonly clients: ReadonlySet<Socket>
  /** The ends towards the server that are open now. */
  readonly servers: ReadonlySet<Socket>
}

/**
 * Ends with the test. Either end of a connection goes when the other has gone.
 * @param serverPort where the server listens on 127.0.0.1; looked up anew for every connection
 * @param onClient passes the bytes on; `toServer` connects to the server
 */
export async function tcpProxy(
  serverPort: () => number,
  onClient: (client: Socket, toServer: () => Socket) => void,
): Promise<TcpProxy> {
  const clients = new Set<Socket>()
  const servers = new Set<Socket>()
  const hold = (socket: Socket, ends: Set<Socket>) => {
    ends.add(socket)
    // Broken connections are what tests make here; those who speak over them notice by themselves.
    socket.on('error', () => undefined)
    socket.on('close', () => ends.delete(socket))
  }
  const proxy = createServer((client) => {
    hold(client, clients)
    onClient(client, () => {
      const server = connect(serverPort(), '127.0.0.1')
      hold(server, servers)
      client.on('close', () => server.destroy())
      server.on('close', () => client.destroy())
      return server
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    for (const socket of [...clients, ...servers]) socket.destroy()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, clients, servers }
}
