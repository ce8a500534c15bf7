/** A TCP proxy on loopback that lets a number of bytes through and then holds everything until it is released. */
import { tcpProxy } from '../tcp-proxy.ts'

export interface PacingProxy {
  readonly url: string
  /** Fulfils when the bytes are through and the rest is held. */
  readonly reached: Promise<void>
  /** Lets everything through from now on. */
  release(): void
  /** Bytes that came from clients so far. */
  passedBytes(): number
}

/** @param holdAfterBytes from clients to the server, over all connections */
export async function pacingProxy(serverPort: number, holdAfterBytes: number): Promise<PacingProxy> {
  const holding = Promise.withResolvers<void>()
  let passed = 0
  let released = false
  const { url, clients } = await tcpProxy(
    () => serverPort,
    (client, toServer) => {
      const server = toServer()
      client.on('data', (bytes) => {
        passed += bytes.length
        server.write(bytes)
        if (released || passed < holdAfterBytes) return
        for (const held of clients) held.pause()
        holding.resolve()
      })
      if (!released && passed >= holdAfterBytes) client.pause()
      server.pipe(client)
    },
  )
  return {
    url,
    reached: holding.promise,
    passedBytes: () => passed,
    release: () => {
      released = true
      for (const client of clients) client.resume()
    },
  }
}
