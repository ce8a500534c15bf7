/** Agents that lead all requests to a server through one proxy: plain requests by name, https through a tunnel (CONNECT). */
import { once } from 'node:events'
import type { AgentOptions } from 'node:http'
import { connect, type Socket } from 'node:net'
import { checkServerIdentity, connect as secureConnect, TLSSocket } from 'node:tls'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { type CheckSocket, whenSecure } from './pinned-agent.ts'
import { nameOfProxy, ProxyError } from './proxy-errors.ts'

/** How long a proxy may take to accept a connection, or to open a tunnel, ms. got's own limits begin later. */
const connectMs = 10_000

type TunneledRequest = Parameters<HttpsProxyAgent<string>['connect']>

/** For http: the proxy gets the whole address of each request. Connections to it are kept. */
export class ForwardingAgent extends HttpProxyAgent<string> {
  readonly #proxy: URL

  constructor(proxy: URL, options: AgentOptions) {
    super(proxy, options)
    this.#proxy = proxy
  }

  /**
   * Only connects: the address of the request was completed when the agent got it. The package would write the headers once
   * more here, and a request whose body is not finished by then would be sent with its headers twice.
   * @throws ProxyError
   */
  override connect(): Promise<Socket> {
    return withinTime(this.#proxy, async (signal) => {
      const isSecure = this.#proxy.protocol === 'https:'
      const options = { ...this.connectOpts, signal }
      const socket = isSecure ? secureConnect(options) : connect(options)
      await once(socket, isSecure ? 'secureConnect' : 'connect')
      return socket
    })
  }
}

/** For https: the proxy sees the server's name and bytes that it can't read. Tunnels are kept. */
export class TunnelAgent extends HttpsProxyAgent<string> {
  readonly #proxy: URL
  readonly #check: CheckSocket | undefined

  /** @param check decides about the server's certificate in place of the system's trust */
  constructor(proxy: URL, options: AgentOptions, check?: CheckSocket) {
    super(proxy, options)
    this.#proxy = proxy
    this.#check = check
  }

  /** @throws ProxyError, or the error of TLS with the server */
  override async connect(...[request, options]: TunneledRequest): Promise<Socket> {
    let status = 0
    const trusted = {
      rejectUnauthorized: this.#check === undefined,
      checkServerIdentity: identityOf(options),
    }
    const socket = await withinTime(this.#proxy, (signal) => {
      const tunnel = new HttpsProxyAgent(this.#proxy, { signal, keepAlive: true })
      tunnel.once('proxyConnect', (answer: { statusCode: number }) => {
        status = answer.statusCode
      })
      return tunnel.connect(request, { ...options, ...trusted })
    })
    if (socket instanceof TLSSocket) return whenSecure(socket, this.#check, connectMs)
    // The package would hand the proxy's answer over as if it were the server's.
    socket.destroy()
    throw new ProxyError(nameOfProxy(this.#proxy), { kind: 'refused', status })
  }
}

/** Over a tunnel Node compares the certificate of an address without a name with the name of the proxy. */
function identityOf({ host = '' }: { readonly host?: string | undefined }): typeof checkServerIdentity {
  return (_name, certificate) => checkServerIdentity(host, certificate)
}

/** @param dial connects until the signal aborts @throws ProxyError */
async function withinTime(proxy: URL, dial: (signal: AbortSignal) => Promise<Socket>): Promise<Socket> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), connectMs)
  try {
    return await dial(late.signal)
  } catch (thrown) {
    const reason = late.signal.aborted ? 'ETIMEDOUT' : reasonOf(thrown)
    throw new ProxyError(nameOfProxy(proxy), { kind: 'away', reason }, thrown)
  } finally {
    clearTimeout(timer)
  }
}

/** The error code of the system, or of OpenSSL; a proxy that hangs up or speaks no HTTP has none. */
function reasonOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : ''
  return code || 'no answer'
}
