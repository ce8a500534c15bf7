/** A server as it was before it knew SHA-256: an HTTP proxy on loopback that takes away what that one did not know. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { routes } from '../../src/shared/protocol/wire.ts'

export interface OlderServer {
  readonly url: string
  /** `Content-Digest` of every chunk so far. */
  readonly chunkDigests: readonly string[]
}

/** @param port where the server of today listens on 127.0.0.1 */
export async function olderServer(port: number): Promise<OlderServer> {
  const chunkDigests: string[] = []
  const proxy = createServer(async (incoming, outgoing) => {
    const digest = incoming.headers['content-digest']
    if (typeof digest === 'string') chunkDigests.push(digest)
    await pass(incoming, outgoing, port)
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, chunkDigests }
}

async function pass(incoming: IncomingMessage, outgoing: ServerResponse, port: number): Promise<void> {
  const { method, headers } = incoming
  if (laterRoutes.some((route) => incoming.url?.startsWith(route))) return refuse(incoming, outgoing)
  const path = incoming.url?.replace(/&sha256=[0-9a-f]+/, '')
  const json = isJson(incoming) ? without(await text(incoming), ['sha256', 'ends']) : null
  const sent = json === null ? headers : { ...headers, 'content-length': String(Buffer.byteLength(json)) }
  const forwarded = request({ host: '127.0.0.1', port, method, path, headers: sent })
  if (json === null) pipeline(incoming, forwarded, () => undefined)
  else forwarded.end(json)
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage]
  const body = isJson(answer)
    ? without(await text(answer), ['sha256', 'chunkDigest', 'ends'])
    : await text(answer)
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...kept } = answer.headers
  outgoing.writeHead(answer.statusCode ?? 502, kept).end(body)
}

/** Routes that it did not have. */
const laterRoutes: readonly string[] = [routes.offers, routes.bundle, routes.batches]

function refuse(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const error = { code: 'not-found', message: `There is nothing at ${incoming.method} ${incoming.url}.` }
  incoming.resume()
  outgoing.writeHead(404, { 'Content-Type': 'application/json' }).end(JSON.stringify({ error }))
}

function isJson({ headers }: IncomingMessage): boolean {
  return headers['content-type']?.startsWith('application/json') === true
}

/** The JSON without these fields, at any depth. */
function without(json: string, fields: readonly string[]): string {
  const keep = (key: string, value: unknown) => (fields.includes(key) ? undefined : value)
  return JSON.stringify(JSON.parse(json), keep)
}
