/** Listens for HTTP requests, and stops without cutting off those in progress. Knows no routes. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { httpOptions, limitConnections } from './connection-limits.ts'
import { bracketed } from './host-names.ts'
import type { Handle, InFlight } from './in-flight.ts'

/** How long a request that was cut off may take to end, ms. */
const cutOffMs = 2_000

interface Address {
  readonly HOST: string
  /** 0 for any free port. */
  readonly PORT: number
}

export interface Listening {
  /** The address at which this machine reaches the server. */
  readonly url: string
  /**
   * Refuses new requests, waits for those in progress and then for work that outlasts them, and closes.
   * @param graceMs requests still in progress after this are cut off, ms
   */
  stop(graceMs: number, untilWorkEnds: () => Promise<void>): Promise<void>
}

/** @throws the system's error when the address cannot be used */
export async function listen(handle: Handle, inFlight: InFlight, address: Address): Promise<Listening> {
  const counted = inFlight.counted(handle)
  const server = createServer(httpOptions, counted)
  // A client that sent `Expect: 100-continue` gets a refusal at once, or "continue" when the body is read.
  server.on('checkContinue', counted)
  limitConnections(server)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ port: address.PORT, host: address.HOST }, resolve)
  await promise
  server.off('error', reject)
  const stop = (graceMs: number, untilWorkEnds: () => Promise<void>) =>
    stopServer(server, inFlight, graceMs, untilWorkEnds)
  return { url: urlOf(server, address.HOST), stop }
}

async function stopServer(
  server: Server,
  inFlight: InFlight,
  graceMs: number,
  untilWorkEnds: () => Promise<void>,
): Promise<void> {
  // Still listening meanwhile, so that new requests are told that the server is stopping and when to try again.
  const idle = inFlight.close()
  await atMost(graceMs, idle.then(untilWorkEnds))
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeAllConnections()
  await closed
  await atMost(cutOffMs, idle)
}

async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([work, late])
  clearTimeout(timer)
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo
  // A wildcard address includes the loopback one.
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : bracketed(host)
  return `http://${reachable}:${port}`
}
