/** What a probe of a server finds, and what a person is to be asked about it. */
import type { ServerQuestion } from '../../shared/feed.ts'
import { type ErrorCode, toUploadError, type UploadError } from '../../shared/protocol/errors.ts'
import { isBareAddress } from '../../shared/servers.ts'
import type { ServerApi } from '../transfer/server-api.ts'
import { silentError } from '../transfer/server-errors.ts'

/** With the pause before it, a probe ends within 5 s. */
const probeTimeoutMs = 4_000

/**
 * Asks the server whether it can be used.
 * @param withToken also whether it accepts the token, which the health check does not need
 * @returns null when a PhotoFerry server answers
 */
export async function probe(api: ServerApi, withToken: boolean): Promise<UploadError | null> {
  const signal = AbortSignal.timeout(probeTimeoutMs)
  try {
    await (withToken ? api.checkToken(signal) : api.health(signal))
    return null
  } catch (thrown) {
    return signal.aborted ? silentError(api.address.url) : toUploadError(thrown)
  }
}

/** While nothing answers, nothing is known to have changed about what was asked. */
const silent: ReadonlySet<ErrorCode> = new Set([
  'server-unreachable',
  'connection-lost',
  'connection-stalled',
])

/**
 * The question that a problem raises; while nothing answers, the one that was open stays.
 * @param tokenAccepted whether the server has accepted this token before
 */
export function questionAfter(
  { code, facts }: UploadError,
  open: ServerQuestion | null,
  tokenAccepted: boolean,
): ServerQuestion | null {
  if (silent.has(code)) return open
  if (code === 'unauthorized') return { kind: 'token', accepted: tokenAccepted }
  if (facts?.kind === 'certificate-changed' && facts.shown !== '') {
    return { kind: 'certificate', trusted: facts.trusted, shown: facts.shown }
  }
  // The sign-in page of a network may take the path along in its query: that is no server's address.
  if (facts?.kind === 'redirected' && facts.server !== null && isBareAddress(facts.server)) {
    return { kind: 'redirect', url: facts.server }
  }
  return null
}

const gatewayStatuses: readonly number[] = [500, 502, 503, 504]

/**
 * Whether an address that was never PhotoFerry's is most likely wrong, as something else answers there. A gateway that
 * finds nothing behind it is no such thing: the server may be starting.
 */
export function isWrongAddress({ code, facts }: UploadError): boolean {
  if (facts?.kind === 'proxy-answer') return !gatewayStatuses.includes(facts.status)
  return wrongAddress.has(code)
}

const wrongAddress: ReadonlySet<ErrorCode> = new Set([
  'not-photoferry',
  'proxy-answer',
  'redirected',
  'tls-untrusted',
])
