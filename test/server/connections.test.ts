/** Connections are few: none is anybody's for ever who says nothing, or nothing that can be understood. */
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { httpOptions, limitConnections } from '../../server/http/connection-limits.ts'

let server: Server
const sockets: Socket[] = []
beforeAll(async () => {
  const impatient = { headersTimeout: 200, connectionsCheckingInterval: 100 }
  server = createServer({ ...httpOptions, ...impatient }, (_, response) => response.end())
  limitConnections(server, 100)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

/** A client that sends what it is given, and neither reads nor closes anything. */
async function holdOn(sent: string): Promise<void> {
  const { port } = server.address() as AddressInfo
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  sockets.push(socket.pause().on('error', () => undefined))
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  if (sent !== '') socket.write(sent)
}

const held = () =>
  new Promise<number>((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })

it.each([
  ['says nothing', ''],
  ['says half a head', 'GET /api/health HTTP/1.1\r\nHost: loc'],
  ['says rubbish', 'rubbish\r\n\r\n'],
])('a client that %s, and never hangs up, is let go of', async (_, sent) => {
  for (let count = 0; count < 5; count += 1) await holdOn(sent)
  await expect.poll(held).toBe(0)
})
