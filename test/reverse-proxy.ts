/** An HTTP reverse proxy on loopback, as nginx in front of a server: below a path, with a limit on bodies. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export interface ReverseProxyOptions {
  /** The path that the server is served below, such as `/photos`; anything else is answered with 404. */
  readonly prefix?: string
  /** Whether the path stays on the request, as with nginx's `proxy_pass` without a URI. */
  readonly keepsPrefix?: boolean
  /** Larger bodies are answered with a bare 413 in HTML, bytes; as nginx's `client_max_body_size`. */
  readonly maxBodyBytes?: () => number
  /** What larger bodies are answered with in place of 413. */
  readonly refusal?: number
  /** How long a body that is refused is read before, ms. */
  readonly refusalMs?: number
  /** Changes the JSON that a client sends. */
  readonly rewriteJson?: (body: Record<string, unknown>) => object
}

export interface ReverseProxy {
  /** With the prefix. */
  readonly url: string
  /** Method, path and status of all requests so far. */
  readonly seen: { readonly method: string; readonly path: string; readonly status: number }[]
}

/** Ends with the test. @param serverPort where the server listens on 127.0.0.1 */
export async function reverseProxy(serverPort: number, options: ReverseProxyOptions): Promise<ReverseProxy> {
  const { prefix = '', keepsPrefix = false, maxBodyBytes = () => Number.POSITIVE_INFINITY } = options
  const seen: { method: string; path: string; status: number }[] = []
  const proxy = createServer((incoming, outgoing) => {
    const { method = '', url: path = '' } = incoming
    outgoing.on('close', () => seen.push({ method, path, status: outgoing.statusCode }))
    // What a client does not finish sending is read to its end, as nginx does it.
    if (!path.startsWith(prefix)) return refuse(incoming, outgoing, 404)
    if (Number(incoming.headers['content-length'] ?? 0) > maxBodyBytes())
      return void setTimeout(() => refuse(incoming, outgoing, options.refusal ?? 413), options.refusalMs ?? 0)
    const rest = path.slice(prefix.length)
    const target = { port: serverPort, path: keepsPrefix ? path : rest || '/' }
    void passOn(incoming, outgoing, target, bodyOf(incoming, options.rewriteJson))
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    proxy.closeAllConnections()
    proxy.close()
  })
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}${prefix}`, seen }
}

function refuse(incoming: IncomingMessage, outgoing: ServerResponse, status: number): void {
  incoming.resume()
  outgoing.writeHead(status, { 'content-type': 'text/html' }).end(`<h1>${status}</h1>`)
}

type Body = Readable | Promise<string>

function bodyOf(incoming: IncomingMessage, rewrite: ReverseProxyOptions['rewriteJson']): Body {
  const isJson = incoming.headers['content-type'] === 'application/json'
  if (!rewrite || !isJson) return incoming
  return text(incoming).then((body) => JSON.stringify(rewrite(JSON.parse(body))))
}

async function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: { readonly port: number; readonly path: string },
  body: Body,
): Promise<void> {
  const { method } = incoming
  const changed = body instanceof Promise ? await body : undefined
  const length = changed === undefined ? {} : { 'content-length': String(Buffer.byteLength(changed)) }
  const headers = { ...incoming.headers, ...length }
  const passed = request({ host: '127.0.0.1', ...target, method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(outgoing)
  })
  passed.on('error', () => outgoing.destroy())
  outgoing.on('close', () => passed.destroy())
  if (changed === undefined) incoming.pipe(passed)
  else passed.end(changed)
}
