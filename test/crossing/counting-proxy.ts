/** A TCP proxy on loopback that counts what goes through and can misbehave as networks do. */
import { tcpProxy } from '../tcp-proxy.ts'

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
  const { url, clients, servers } = await tcpProxy(port, (client, toServer) => {
    client.on('data', (bytes) => {
      sentBytes += bytes.length
    })
    client.pipe(toServer()).pipe(client)
  })
  return {
    url,
    sentBytes: () => sentBytes,
    reset: () => {
      for (const socket of [...clients, ...servers]) socket.resetAndDestroy()
    },
  }
}
