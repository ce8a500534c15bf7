/** Failures of the proxy on the way to a server, as errors that name the proxy and say what to do. Never with its password. */
import { RequestError } from 'got'
import type { ErrorFacts } from '../../shared/protocol/error-facts.ts'
import { UploadError } from '../../shared/protocol/errors.ts'

/** What a proxy did instead of passing a connection on. */
export type ProxyFault =
  /** Nothing answers there, or no proxy does; `reason` is an error code. */
  | { readonly kind: 'away'; readonly reason: string }
  /** It answered `CONNECT` or a request with this status; 407 asks for a login. */
  | { readonly kind: 'refused'; readonly status: number }
  /** PhotoFerry can't speak to it. */
  | { readonly kind: 'unusable' }

/** Thrown by agents; got passes it on as the cause of its own error. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
  /** Host and port. */
  readonly proxy: string
  readonly fault: ProxyFault

  constructor(proxy: string, fault: ProxyFault, cause?: unknown) {
    super(`The proxy ${proxy} failed: ${fault.kind}`, { cause })
    this.proxy = proxy
    this.fault = fault
  }
}

/** Host and port of a proxy, as people and configurations write them. */
export function nameOfProxy(proxy: URL): string {
  return proxy.port === '' ? `${proxy.host}:${proxy.protocol === 'https:' ? 443 : 80}` : proxy.host
}

/** The failure of a proxy behind what a request threw; undefined for any other failure. */
export function proxyErrorOf(thrown: unknown): ProxyError | undefined {
  if (thrown instanceof ProxyError) return thrown
  const cause = thrown instanceof RequestError ? thrown.cause : undefined
  return cause instanceof ProxyError ? cause : undefined
}

const loginHint = 'HTTPS_PROXY=http://name:password@host:port'

/** @param serverUrl where the request was to go */
export function fromProxyError(serverUrl: string, error: ProxyError): UploadError {
  const { host } = new URL(serverUrl)
  const { proxy, fault } = error
  const failed = (code: UploadError['code'], message: string, facts: ErrorFacts) =>
    new UploadError(code, message, { cause: error, facts })
  if (fault.kind === 'away') {
    const { reason } = fault
    const message = `Can't reach ${host}: the proxy ${proxy} on the way doesn't answer (${reason}). Check the network and the proxy's address.`
    return failed('server-unreachable', message, { kind: 'proxy-away', host, proxy, reason })
  }
  if (fault.kind === 'unusable') {
    const message = `Can't reach ${host}: PhotoFerry can't use the proxy ${proxy}, only those that begin with http:// or https://. Set HTTPS_PROXY or HTTP_PROXY to one, or add ${host} to NO_PROXY.`
    return failed('server-unreachable', message, { kind: 'proxy-unusable', host, proxy })
  }
  const { status } = fault
  if (status === 407) {
    const message = `The proxy ${proxy} on the way to ${host} wants a user name and password. Put them into its address, such as ${loginHint}.`
    return failed('proxy-answer', message, { kind: 'proxy-login', host, proxy })
  }
  const message = `The proxy ${proxy} doesn't let PhotoFerry through to ${host} (status ${status}). Ask whoever runs the proxy, or add ${host} to NO_PROXY.`
  return failed('proxy-answer', message, { kind: 'proxy-refused', host, proxy, status })
}
