/** Turns network errors and a server's refusals into coded errors that say what is wrong and what to do. */
import { RequestError, TimeoutError } from 'got'
import type { ErrorFacts } from '../../shared/protocol/error-facts.ts'
import { type ErrorCode, UploadError } from '../../shared/protocol/errors.ts'
import { errorBodySchema } from '../../shared/protocol/wire.ts'
import { peerText } from './peer-text.ts'
import { PinMismatch } from './pinned-agent.ts'
import { parseRetryAfter } from './retry-after.ts'

/** Error codes of Node and the operating system: nothing answered at the address. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
])

/** Error codes of OpenSSL and Node: the certificate is signed by the server itself, by no authority. */
const selfSigned = new Set(['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'])

/** Error codes of OpenSSL and Node: the certificate is not to be trusted. */
const untrusted = new Set([
  ...selfSigned,
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Phases of a request that end before the connection stands. */
const connecting = new Set(['lookup', 'connect', 'secureConnect'])

/** A person is asked about it, and has to read it. */
const mostLocationCharacters = 2_000

const wrongToken = "Wrong or missing token. Enter the server's access token."

/**
 * The coded error of a request that got no answer.
 * @param url address of the request, for the message
 */
export function requestError(url: string, error: unknown): UploadError {
  const [code, message, facts] = classify(new URL(url).host, error)
  return new UploadError(code, message, facts ? { cause: error, facts } : { cause: error })
}

/** Nothing was answered in the time that the caller gave. @param url address of the server, for the message */
export function silentError(url: string): UploadError {
  const [code, message, facts] = silent(new URL(url).host)
  return new UploadError(code, message, facts ? { facts } : {})
}

type Classified = readonly [ErrorCode, message: string, ErrorFacts?]

function classify(host: string, error: unknown): Classified {
  const code = error instanceof RequestError ? error.code : ''
  if (error instanceof TimeoutError && !connecting.has(error.event)) return silent(host)
  if (error instanceof TimeoutError || unreachable.has(code)) {
    const message = `Can't reach ${host} (${code}). Check the network and the address.`
    return ['server-unreachable', message, { kind: 'host-away', host, reason: code }]
  }
  if (code === 'ERR_INVALID_URL') return ['bad-request', `${host} is not a valid address.`]
  return (
    pinError(host, error) ??
    certificateError(host, code) ??
    protocolError(host, code) ??
    connectionLost(host, code)
  )
}

function silent(host: string): Classified {
  const message = `No response from ${host} for too long. The connection or the server may be slow.`
  return ['connection-stalled', message, { kind: 'host-silent', host }]
}

function pinError(host: string, error: unknown): Classified | null {
  const cause = error instanceof RequestError ? error.cause : null
  if (!(cause instanceof PinMismatch)) return null
  const { trusted, shown } = cause
  const message = `${host} shows a different certificate than the one you trusted. Ask whoever runs the server whether it was renewed.`
  return ['certificate-changed', message, { kind: 'certificate-changed', host, trusted, shown }]
}

function certificateError(host: string, code: string): Classified | null {
  if (!untrusted.has(code)) return null
  return [
    'tls-untrusted',
    `The certificate of ${host} is not trusted (${code}). Ask whoever runs the server.`,
    selfSigned.has(code) ? { kind: 'self-signed', host } : { kind: 'certificate', host, reason: code },
  ]
}

/** EPROTO: the answer to TLS was no TLS. ERR_SSL_…: the two sides agree on no TLS. HPE_…: the answer was no HTTP. */
function protocolError(host: string, code: string): Classified | null {
  const facts = { kind: 'no-http', host } as const
  if (code === 'EPROTO') {
    return ['not-photoferry', `${host} doesn't use https. Try http:// instead.`, facts]
  }
  if (code.startsWith('ERR_SSL')) {
    const message = `Can't open a secure connection to ${host} (${code}). Check the address and the port.`
    return ['not-photoferry', message, facts]
  }
  if (!code.startsWith('HPE_')) return null
  return ['not-photoferry', `${host} is not a web server (${code}). Check the address and the port.`, facts]
}

function connectionLost(host: string, code: string): Classified {
  const reason = code || 'unknown reason'
  return [
    'connection-lost',
    `Lost the connection to ${host} (${reason}).`,
    { kind: 'host-lost', host, reason },
  ]
}

interface RefusingAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/**
 * The coded error of an answer with a status of 300 or more. PhotoFerry's own JSON counts before the bare status; without
 * it the answer came from something on the way.
 * @param serverUrl address of the server
 * @param path of the request at the server
 */
export function answerError(serverUrl: string, path: string, answer: RefusingAnswer): UploadError {
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], Date.now())
  const options = retryAfterMs === undefined ? {} : { retryAfterMs }
  const own = parseBody(answer.body)
  if (own !== null) {
    // What to do about a token differs between this client and the other programs that the server's sentence is for.
    const message = own.code === 'unauthorized' ? wrongToken : peerText(own.message)
    return new UploadError(own.code, message, options)
  }
  if (answer.statusCode < 400) return redirectError(serverUrl, path, answer)
  const [code, message, facts] = bareStatus(new URL(serverUrl).host, answer.statusCode)
  return new UploadError(code, message, facts ? { ...options, facts } : options)
}

/** A status that came without PhotoFerry's own JSON. */
function bareStatus(host: string, status: number): Classified {
  switch (status) {
    case 401:
    case 407: {
      const message = `A proxy on the way to ${host} asks for a login (HTTP status ${status}). Sign in to the network, or ask whoever runs it.`
      return ['proxy-answer', message, { kind: 'login-wanted', host, status }]
    }
    case 408:
      return ['request-timeout', `${host} waited too long for data.`, { kind: 'host-silent', host }]
    case 413: {
      const message = `A proxy on the way to ${host} does not allow requests this large.`
      return ['too-large-for-proxy', message, { kind: 'proxy-answer', host, status }]
    }
    case 429:
      return ['too-many-requests', `${host} asks to slow down.`, { kind: 'too-many-requests', host }]
    default: {
      const message = `A proxy on the way to ${host} answered in place of the server (HTTP status ${status}).`
      return ['proxy-answer', message, { kind: 'proxy-answer', host, status }]
    }
  }
}

/** A redirect is named and never followed: the token belongs to one address. */
function redirectError(
  serverUrl: string,
  path: string,
  { statusCode, headers }: RefusingAnswer,
): UploadError {
  const requested = `${serverUrl}${path}`
  const target = String(headers.location ?? '')
  const location = target !== '' && URL.canParse(target, requested) ? new URL(target, requested) : null
  if (location === null || !isAskable(location)) return notPhotoFerry(`status ${statusCode}`)
  const { host } = new URL(serverUrl)
  const server = location.href.endsWith(path) ? location.href.slice(0, -path.length) : null
  const message = `${host} leads to ${server ?? location.href}. Check the address, or sign in to the network.`
  const facts = { kind: 'redirected', host, location: location.href, server } as const
  return new UploadError('redirected', message, { facts })
}

function isAskable({ protocol, href }: URL): boolean {
  return /^https?:$/.test(protocol) && href.length <= mostLocationCharacters
}

/** The answer came from something that is not a PhotoFerry server. */
export function notPhotoFerry(cause: unknown): UploadError {
  const message = 'No PhotoFerry server at this address. Check the address and the port.'
  return new UploadError('not-photoferry', message, { cause })
}

/** What an answer shows that no PhotoFerry server gives. */
const oddities = {
  'too-long': 'It answered with more than 1 MB where a few lines are expected.',
  compressed: 'Its answer is compressed, which nobody asked for.',
  link: 'It gave an address for a stored file that is not its own.',
} as const

/** An answer that no PhotoFerry server gives. @param url of the request or the server, for the message */
export function oddAnswer(url: string, problem: keyof typeof oddities): UploadError {
  const { host } = new URL(url)
  const message = `${host} does not answer as a PhotoFerry server does. ${oddities[problem]} Check the address, or ask whoever runs the server.`
  return new UploadError('not-photoferry', message, { facts: { kind: `answer-${problem}`, host } })
}

function parseBody(body: string) {
  try {
    return errorBodySchema.parse(JSON.parse(body)).error
  } catch {
    return null
  }
}
