/** The HTTP side of a server: listens, and stops without cutting off what is in flight. Knows no routes. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { boundServer, httpOptions } from '../middleware/limits.ts'
import type { Handle, InFlight } from './in-flight.ts'

/** What is cut off has this long to notice. */
const cutOffMs = 2_000

export interface Address {
  readonly HOST: string
  /** 0 for any free one. */
  readonly PORT: number
}

export interface Listening {
  /** Where this machine reaches it. */
  readonly url: string
  /**
   * Refuses new requests, lets those in flight end and then the work that outlasts them, and closes.
   * @param graceMs after so long what is still in flight is cut off
   */
  stop(graceMs: number, untilWorkEnds: () => Promise<void>): Promise<void>
}

/** @throws the system's error when the address cannot be used */
export async function listen(handle: Handle, inFlight: InFlight, address: Address): Promise<Listening> {
  const counted = inFlight.counted(handle)
  const server = createServer(httpOptions, counted)
  // A client that asks before it sends gets its answer first: a refusal, or "continue" once the body is wanted.
  server.on('checkContinue', counted)
  boundServer(server)
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
  // Still listening: who comes now hears that the server stops, and when to come back.
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
  // Every address of this machine includes the loopback one.
  const near = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : bracketed(host)
  return `http://${near}:${port}`
}

/** An address as a URL or a Host header writes it. */
export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
