/** Which proxies lead to an address: those of the environment first, then those of the system. */
import { BlockList, isIP } from 'node:net'
import { getProxyForUrl } from 'proxy-from-env'

/** A way to an address: without a proxy, through one, or through one that PhotoFerry can't use. */
export type ProxyChoice =
  | { readonly kind: 'direct' }
  /** http or https, perhaps with a user name and password. */
  | { readonly kind: 'proxy'; readonly url: URL }
  /** `name` never contains a password. */
  | { readonly kind: 'unusable'; readonly name: string }

/**
 * The system's proxies for an address, as Electron's `session.resolveProxy` and proxy scripts (PAC) write them:
 * `PROXY proxy.example:3128; DIRECT`.
 */
export type ResolveProxy = (url: string) => Promise<string>

const direct: ProxyChoice = { kind: 'direct' }

/** The system may have to fetch a proxy script first, ms. */
const systemPatienceMs = 5_000

/**
 * The ways to an address in the order in which to try them; at least one.
 * @param resolveProxy the system's proxies; left out where only the environment counts
 */
export async function proxiesFor(url: string, resolveProxy?: ResolveProxy): Promise<readonly ProxyChoice[]> {
  const named = proxyOfEnvironment(url)
  if (named) return [named]
  if (!resolveProxy) return [direct]
  return parseProxyList(await systemAnswer(url, resolveProxy))
}

/** A system that can't say which proxies it has, or not in time, is like one that has none. */
function systemAnswer(url: string, resolveProxy: ResolveProxy): Promise<string> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(''), systemPatienceMs)
    resolveProxy(url)
      .then(resolve, () => resolve(''))
      .finally(() => clearTimeout(timer))
  })
}

/** How curl reads them: the lower case first. `ALL_PROXY` counts where the one for the protocol is missing. */
function variable(name: string): string {
  return process.env[name.toLowerCase()] || process.env[name.toUpperCase()] || ''
}

/** What the environment says about an address; null for nothing. */
function proxyOfEnvironment(url: string): ProxyChoice | null {
  if (isExcluded(new URL(url).hostname)) return direct
  const found = getProxyForUrl(url)
  // The package says nothing either way of an address that NO_PROXY names and of one without a proxy.
  const given = [variable(`${new URL(url).protocol.slice(0, -1)}_proxy`), variable('all_proxy')]
  if (found === '') return given.some(Boolean) ? direct : null
  // For a proxy without a scheme the package assumes that of the address; curl assumes http.
  return choiceOf(given.includes(found) ? found : found.replace(/^\w+:/, 'http:'))
}

/**
 * The entries of `NO_PROXY` that curl knows beyond those of the package: a domain stands for all names in it, and a network
 * (`192.168.0.0/16`) for its addresses.
 */
function isExcluded(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const entries = variable('no_proxy')
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
  return entries.some((entry) => {
    const domain = entry.replace(/^\*?\./, '').replace(/^\[|\]$/g, '')
    return entry === '*' || host === domain || isInNetwork(host, entry) || host.endsWith(`.${domain}`)
  })
}

function isInNetwork(host: string, entry: string): boolean {
  const [network = '', prefix] = entry.split('/')
  const family = isIP(network)
  if (prefix === undefined || family === 0 || isIP(host) !== family) return false
  const bits = Number(prefix)
  if (!Number.isInteger(bits) || bits < 0 || bits > (family === 4 ? 32 : 128)) return false
  const type = family === 4 ? 'ipv4' : 'ipv6'
  const list = new BlockList()
  list.addSubnet(network, bits, type)
  return list.check(host, type)
}

function choiceOf(text: string): ProxyChoice {
  if (!URL.canParse(text)) return { kind: 'unusable', name: 'HTTP_PROXY, HTTPS_PROXY or ALL_PROXY' }
  const url = new URL(text)
  if (url.protocol === 'http:' || url.protocol === 'https:') return { kind: 'proxy', url }
  return { kind: 'unusable', name: `${url.protocol}//${url.host}` }
}

const schemes: Readonly<Record<string, string>> = { PROXY: 'http', HTTP: 'http', HTTPS: 'https' }

/**
 * Reads a list of proxies as a proxy script gives it. Kinds that PhotoFerry can't use, such as SOCKS, are left out where there
 * is another; a list without anything means that there is no proxy.
 */
export function parseProxyList(text: string): readonly ProxyChoice[] {
  const choices = text
    .split(';')
    .map((entry) => entry.trim())
    .filter(Boolean)
    .map(parseEntry)
  const usable = choices.filter(({ kind }) => kind !== 'unusable')
  if (usable.length > 0) return usable
  return choices.length > 0 ? choices : [direct]
}

function parseEntry(entry: string): ProxyChoice {
  const [kind = '', host = ''] = entry.split(/\s+/)
  if (kind.toUpperCase() === 'DIRECT') return direct
  const scheme = schemes[kind.toUpperCase()]
  if (scheme === undefined || !URL.canParse(`${scheme}://${host}`)) return { kind: 'unusable', name: entry }
  return { kind: 'proxy', url: new URL(`${scheme}://${host}`) }
}
