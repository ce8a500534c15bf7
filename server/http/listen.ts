/** Listens for HTTP requests, over TLS where there is a certificate, and stops without cutting off those in progress. Knows no routes. */
import { createServer, type Server } from 'node:http'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { httpOptions, limitConnections } from './connection-limits.ts'
import { bracketed } from './host-names.ts'
import type { Handle, InFlight } from './in-flight.ts'
import { readTlsPair, type TlsPaths, watchTlsFiles } from './tls-files.ts'

/** How long a request that was cut off may take to end, ms. */
const cutOffMs = 2_000

/** A client that does not finish its handshake is no client, ms. */
const handshakeMs = 20_000

interface Address {
  readonly HOST: string
  /** 0 for any free port. */
  readonly PORT: number
}

/** How the server is reached over TLS. */
interface Tls {
  readonly paths: TlsPaths
  /** Told in a sentence what became of a changed certificate. */
  readonly onRenewed: () => void
  readonly onUnusable: (reason: string) => void
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

/**
 * @param tls undefined for plain HTTP
 * @throws UploadError `bad-request` for a certificate that cannot be used; the system's error when the address cannot be
 */
export async function listen(
  handle: Handle,
  inFlight: InFlight,
  address: Address,
  tls?: Tls,
): Promise<Listening> {
  const counted = inFlight.counted(handle)
  const secure = tls && (await createSecure(tls.paths, counted))
  const server = secure ?? createServer(httpOptions, counted)
  // A client that sent `Expect: 100-continue` gets a refusal at once, or "continue" when the body is read.
  server.on('checkContinue', counted)
  limitConnections(server)
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject)
  server.listen({ port: address.PORT, host: address.HOST }, resolve)
  await promise
  server.off('error', reject)
  const unwatch = tls && secure && (await watchCertificate(secure, tls))
  const stop = (graceMs: number, untilWorkEnds: () => Promise<void>) => {
    unwatch?.()
    return stopServer(server, inFlight, graceMs, untilWorkEnds)
  }
  return { url: urlOf(server, address.HOST, secure ? 'https' : 'http'), stop }
}

async function createSecure(paths: TlsPaths, handle: Handle): Promise<TlsServer> {
  const pair = await readTlsPair(paths)
  return createTlsServer({ ...httpOptions, ...pair, handshakeTimeout: handshakeMs }, handle)
}

/** New connections get the new certificate; those that are open keep theirs. @returns ends that */
function watchCertificate(server: TlsServer, { paths, onRenewed, onUnusable }: Tls): Promise<() => void> {
  return watchTlsFiles(paths, {
    onRenewed: (pair) => {
      server.setSecureContext(pair)
      onRenewed()
    },
    onUnusable,
  })
}

async function stopServer(
  server: Server | TlsServer,
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

function urlOf(server: Server | TlsServer, host: string, scheme: 'http' | 'https'): string {
  const { port } = server.address() as AddressInfo
  // A wildcard address includes the loopback one.
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : bracketed(host)
  return `${scheme}://${reachable}:${port}`
}
