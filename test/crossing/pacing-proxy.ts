/** A TCP proxy on loopback that lets a number of bytes through and then holds everything until it is released. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface PacingProxy {
  readonly url: string
  /** Fulfils when the bytes are through and the rest is held. */
  readonly reached: Promise<void>
  /** Lets everything through from now on. */
  release(): void
}

/** @param holdAfterBytes from clients to the server, over all connections */
export async function pacingProxy(serverPort: number, holdAfterBytes: number): Promise<PacingProxy> {
  const holding = Promise.withResolvers<void>()
  const clients = new Set<Socket>()
  let passed = 0
  let released = false
  const proxy = createServer((client) => {
    const server = connect(serverPort, '127.0.0.1')
    clients.add(client)
    for (const socket of [client, server]) socket.on('error', () => undefined)
    client.on('data', (bytes) => {
      passed += bytes.length
      server.write(bytes)
      if (released || passed < holdAfterBytes) return
      for (const held of clients) held.pause()
      holding.resolve()
    })
    if (!released && passed >= holdAfterBytes) client.pause()
    server.pipe(client)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    for (const client of clients) client.destroy()
    proxy.close()
  })
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    reached: holding.promise,
    release: () => {
      released = true
      for (const client of clients) client.resume()
    },
  }
}
