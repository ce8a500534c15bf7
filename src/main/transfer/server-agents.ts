/** The agents of all requests to one server: without a proxy, or through those that the environment or the system names. */
import { Agent as HttpAgent } from 'node:http'
import { type AgentOptions, Agent as HttpsAgent } from 'node:https'
import type { ServerAddress } from '../../shared/servers.ts'
import { CheckedAgent, type CheckSocket, pinned } from './pinned-agent.ts'
import { type ProxyChoice, proxiesFor, type ResolveProxy } from './proxies.ts'
import { ForwardingAgent, TunnelAgent } from './proxy-agent.ts'
import { nameOfProxy, ProxyError, proxyErrorOf } from './proxy-errors.ts'

/** How the way to a server is found. */
export interface WayOptions {
  /** Never through a proxy, whatever the environment says: for the server that PhotoFerry itself runs on this computer. */
  readonly direct?: boolean | undefined
  /** The system's proxies, which count where the environment names none. */
  readonly resolveProxy?: ResolveProxy | undefined
}

/** One way to the server. Both agents are of the kind that the server's protocol needs. */
export interface Way {
  /** Host and port; null without a proxy. */
  readonly proxy: string | null
  readonly agent: { readonly http: HttpAgent; readonly https: HttpsAgent }
}

const agentOptions = { keepAlive: true, maxSockets: 64 } satisfies AgentOptions

/** The system is asked again after this: laptops change networks. */
const freshMs = 10_000
/** A proxy that did not answer is tried last for so long. */
const awayMs = 60_000

export class ServerAgents {
  readonly #url: string
  readonly #options: WayOptions
  readonly #check: CheckSocket | undefined
  readonly #known = new Map<string, Way>()
  /** Proxy -> until when it is tried last, as `performance.now` counts. */
  readonly #awayUntilMs = new Map<string, number>()
  #found: readonly ProxyChoice[] = []
  #foundAtMs = Number.NEGATIVE_INFINITY

  /** @param check decides about the certificate; left out, that is the address's fingerprint, or else the system */
  constructor({ url, fingerprint }: ServerAddress, options: WayOptions = {}, check?: CheckSocket) {
    this.#url = url
    this.#options = options
    this.#check = check ?? (fingerprint === undefined ? undefined : pinned(fingerprint))
  }

  /**
   * Makes an attempt over the first way that leads to the server. Where a proxy did not answer, nothing was sent, and the
   * next way is tried.
   * @throws what the last attempt threw; ProxyError for a proxy that can't be used
   */
  async over<Result>(attempt: (way: Way) => Promise<Result>): Promise<Result> {
    const ways = await this.#ways()
    for (const way of ways) {
      try {
        return await attempt(way)
      } catch (thrown) {
        if (proxyErrorOf(thrown)?.fault.kind !== 'away') throw thrown
        this.#onAway(way)
        if (way === ways.at(-1)) throw thrown
      }
    }
    throw new Error('there is no way to the server')
  }

  /** Closes all connections, also those in use. */
  close(): void {
    for (const { agent } of this.#known.values()) {
      agent.http.destroy()
      agent.https.destroy()
    }
    this.#known.clear()
  }

  /** In the order in which to try them; at least one. */
  async #ways(): Promise<readonly Way[]> {
    const ways = (await this.#choices()).map((choice) => this.#wayOf(choice))
    const isAway = ({ proxy }: Way) => (this.#awayUntilMs.get(proxy ?? '') ?? 0) > performance.now()
    return [...ways.filter((way) => !isAway(way)), ...ways.filter(isAway)]
  }

  #onAway({ proxy }: Way): void {
    this.#awayUntilMs.set(proxy ?? '', performance.now() + awayMs)
    this.#foundAtMs = Number.NEGATIVE_INFINITY
  }

  async #choices(): Promise<readonly ProxyChoice[]> {
    if (this.#options.direct) return [{ kind: 'direct' }]
    if (performance.now() - this.#foundAtMs < freshMs) return this.#found
    this.#found = await proxiesFor(this.#url, this.#options.resolveProxy)
    this.#foundAtMs = performance.now()
    return this.#found
  }

  #wayOf(choice: ProxyChoice): Way {
    if (choice.kind === 'unusable') throw new ProxyError(choice.name, { kind: 'unusable' })
    const key = choice.kind === 'direct' ? '' : choice.url.href
    const known = this.#known.get(key)
    if (known) return known
    const way = choice.kind === 'direct' ? directWay(this.#check) : proxyWay(choice.url, this.#check)
    this.#known.set(key, way)
    return way
  }
}

function directWay(check: CheckSocket | undefined): Way {
  const https = check ? new CheckedAgent(check, agentOptions) : new HttpsAgent(agentOptions)
  return { proxy: null, agent: { http: new HttpAgent(agentOptions), https } }
}

function proxyWay(proxy: URL, check: CheckSocket | undefined): Way {
  const tunnel = new TunnelAgent(proxy, agentOptions, check)
  const http = new ForwardingAgent(proxy, agentOptions)
  // Node and got ask for nothing that only its own class for https has.
  return { proxy: nameOfProxy(proxy), agent: { http, https: tunnel as unknown as HttpsAgent } }
}
