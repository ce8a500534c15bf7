/** A TCP proxy on loopback that counts what goes through and can misbehave as networks do. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface CountingProxy {
  readonly url: string
  /** Bytes that came from clients so far. */
  sentBytes(): number
  /** Breaks every connection now. */
  reset(): void
}

/** @param port where the server listens on 127.0.0.1; looked up anew for every connection */
export async function countingProxy(port: () => number): Promise<CountingProxy> {
  let sentBytes = 0
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    const server = connect(port(), '127.0.0.1')
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    client.on('data', (bytes) => {
      sentBytes += bytes.length
    })
    client.pipe(server).pipe(client)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    sentBytes: () => sentBytes,
    reset: () => {
      for (const socket of sockets) socket.resetAndDestroy()
    },
  }
}
