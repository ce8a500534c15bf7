/** Turns network errors and a server's refusals into coded errors that say what is wrong and what to do. */
import { RequestError, TimeoutError } from 'got'
import type { ErrorFacts } from '../../shared/protocol/error-facts.ts'
import { codeForStatus, type ErrorCode, UploadError } from '../../shared/protocol/errors.ts'
import { errorBodySchema } from '../../shared/protocol/wire.ts'
import { pinMismatchCode } from './pinned-agent.ts'
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

const wrongToken = "Wrong or missing token. Enter the server's access token."

/**
 * The coded error of a request that got no answer.
 * @param url address of the request, for the message
 */
export function requestError(url: string, error: unknown): UploadError {
  const [code, message, facts] = classify(new URL(url).host, error)
  return new UploadError(code, message, facts ? { cause: error, facts } : { cause: error })
}

type Classified = readonly [ErrorCode, message: string, ErrorFacts?]

function classify(host: string, error: unknown): Classified {
  const code = error instanceof RequestError ? error.code : ''
  if (error instanceof TimeoutError && !connecting.has(error.event)) {
    const message = `No response from ${host} for too long. The connection or the server may be slow.`
    return ['connection-stalled', message, { kind: 'host-silent', host }]
  }
  if (error instanceof TimeoutError || unreachable.has(code)) {
    const message = `Can't reach ${host} (${code}). Check the network and the address.`
    return ['server-unreachable', message, { kind: 'host-away', host, reason: code }]
  }
  if (code === 'ERR_INVALID_URL') return ['bad-request', `${host} is not a valid address.`]
  return certificateError(host, code) ?? protocolError(host, code) ?? connectionLost(host, code)
}

function certificateError(host: string, code: string): Classified | null {
  if (code === pinMismatchCode) {
    const message = `${host} shows a different certificate than the one you trusted. Ask whoever runs the server, then test the connection in Settings.`
    return ['tls-untrusted', message, { kind: 'certificate', host, reason: code }]
  }
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

/**
 * The coded error of an answer with a status of 300 or more. PhotoFerry's own JSON counts before the bare status.
 * @param serverUrl for the message
 */
export function answerError(
  serverUrl: string,
  answer: {
    statusCode: number
    headers: Readonly<Record<string, string | string[] | undefined>>
    body: string
  },
): UploadError {
  const retryAfterMs = parseRetryAfter(answer.headers['retry-after'], Date.now())
  const options = retryAfterMs === undefined ? {} : { retryAfterMs }
  const own = parseBody(answer.body)
  if (own === null && answer.statusCode < 400) return notPhotoFerry(`status ${answer.statusCode}`)
  const code = own?.code ?? bareCode(answer.statusCode)
  // What to do about a token differs between this client and the other programs that the server's sentence is for.
  if (code === 'unauthorized') return new UploadError(code, wrongToken, options)
  const message = own?.message ?? `${serverUrl} answered with HTTP status ${answer.statusCode}.`
  return new UploadError(code, message, options)
}

/** A 413 of PhotoFerry's own is about the file and says so in JSON; any other is about the size of one request. */
function bareCode(status: number): ErrorCode {
  return status === 413 ? 'too-large-for-proxy' : codeForStatus(status)
}

/** The answer came from something that is not a PhotoFerry server. */
export function notPhotoFerry(cause: unknown): UploadError {
  return new UploadError(
    'not-photoferry',
    'No PhotoFerry server at this address. Check the address and the port.',
    {
      cause,
    },
  )
}

function parseBody(body: string) {
  try {
    return errorBodySchema.parse(JSON.parse(body)).error
  } catch {
    return null
  }
}
