/**
 * Ports for servers that stop and come back. A port that the system chose may be given to any connection as soon as its
 * server is away, and the server then finds it taken. These are below all that systems give out by themselves: from 32768
 * on Linux, from 49152 on macOS and Windows.
 */
import { once } from 'node:events'
import { createServer } from 'node:net'

const first = 20_000
/** Each process of the tests has ports of its own; npm test has three. */
const perProcess = 3_000
const processes = 4
/** None is given out twice before all were. */
let offset = Math.floor(Math.random() * perProcess)

/** @returns a port of 127.0.0.1 at which nobody listens, nor will before it is asked to */
export async function quietPort(): Promise<number> {
  const ownPorts = first + (Number(process.env.VITEST_POOL_ID ?? 0) % processes) * perProcess
  for (let tries = 0; tries < perProcess; tries += 1) {
    offset = (offset + 1) % perProcess
    if (await isFree(ownPorts + offset)) return ownPorts + offset
  }
  throw new Error(`Every port from ${ownPorts} on is taken`)
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false
  }
  server.close()
  await once(server, 'close')
  return true
}
