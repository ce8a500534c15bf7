/** A TCP proxy between the app and its server: as slow as a test needs it; counts bytes and can refuse requests. */
import type { Socket } from 'node:net'
import { tcpProxy } from '../tcp-proxy.ts'

export interface SlowConnection {
  readonly url: string
  /** Bytes that came from the app so far. */
  sentBytes(): number
  /** @param bytesPerSecond from the app to the server, over all connections; 0 holds everything */
  setPace(bytesPerSecond: number): void
  /** Answers every request in the server's own way with this HTTP status from now on; null lets them through again. */
  refuseWith(status: number | null): void
}

/** @param serverPort where the server listens on 127.0.0.1 */
export async function slowConnection(serverPort: number, bytesPerSecond: number): Promise<SlowConnection> {
  let pace = bytesPerSecond
  let sentBytes = 0
  let freeAtMs = 0
  let refusal: number | null = null

  const holdBack = (client: Socket, bytes: number) => {
    if (pace === Number.POSITIVE_INFINITY) return
    client.pause()
    if (pace === 0) return
    const nowMs = performance.now()
    freeAtMs = Math.max(freeAtMs, nowMs) + (bytes / pace) * 1000
    setTimeout(() => pace > 0 && client.resume(), freeAtMs - nowMs)
  }
  const { url, clients } = await tcpProxy(
    () => serverPort,
    (client, toServer) => {
      if (refusal !== null) return refuse(client, refusal)
      const server = toServer()
      client.on('data', (bytes) => {
        sentBytes += bytes.length
        server.write(bytes)
        holdBack(client, bytes.length)
      })
      if (pace === 0) client.pause()
      server.pipe(client)
    },
  )
  return {
    url,
    sentBytes: () => sentBytes,
    setPace: (next) => {
      pace = next
      freeAtMs = 0
      if (pace > 0) for (const client of clients) client.resume()
    },
    refuseWith: (status) => {
      refusal = status
      for (const client of clients) client.destroy()
    },
  }
}

function refuse(client: Socket, status: number): void {
  const body = JSON.stringify({
    error: { code: 'bad-request', message: 'The server refuses every request.' },
  })
  client.once('data', () => {
    const head = `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: ${body.length}\r\n`
    client.end(`${head}Content-Type: application/json\r\n\r\n${body}`)
    client.resume()
  })
}
