/** Turns what the network and the server say into coded errors, once, at the edge that met them. */
import { RequestError, TimeoutError } from 'got'
import type { ErrorFacts } from '../../shared/protocol/error-facts.ts'
import { codeForStatus, type ErrorCode, UploadError } from '../../shared/protocol/errors.ts'
import { errorBodySchema } from '../../shared/protocol/wire.ts'
import { pinMismatchCode } from './pinned-agent.ts'
import { parseRetryAfter } from './retry-after.ts'

/** Error codes of Node and the operating system that mean: nobody answered there. */
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

/** Error codes of OpenSSL and Node that mean: the certificate is not to be trusted. */
const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

/** Of these: nobody but the server itself vouches for it. */
const selfSigned = new Set(['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN'])

/** Phases of a request that end before a connection stands. */
const connecting = new Set(['lookup', 'connect', 'secureConnect'])

/**
 * The coded error of a request that got no answer.
 * @param url the request's address, for the message
 */
export function requestError(url: string, error: unknown): UploadError {
  const host = new URL(url).host
  const [code, message, facts] = classify(host, error)
  return new UploadError(code, message, facts ? { cause: error, facts } : { cause: error })
}

function classify(host: string, error: unknown): readonly [ErrorCode, string, ErrorFacts?] {
  const code = error instanceof RequestError ? error.code : ''
  if (error instanceof TimeoutError && !connecting.has(error.event)) {
    const message = `The connection to ${host} stood still for too long.`
    return ['connection-stalled', message, { kind: 'host-silent', host }]
  }
  if (error instanceof TimeoutError || unreachable.has(code)) {
    return [
      'server-unreachable',
      `The server ${host} cannot be reached (${code}). Check the network and the address.`,
      { kind: 'host-away', host, reason: code },
    ]
  }
  if (code === pinMismatchCode) {
    const message = `${host} shows another certificate than the one that was trusted. Ask whoever runs the server, then test the connection under Settings.`
    return ['tls-untrusted', message, { kind: 'certificate', host, reason: code }]
  }
  if (untrusted.has(code)) {
    return [
      'tls-untrusted',
      `The certificate of ${host} cannot be trusted (${code}). Ask whoever runs the server.`,
      selfSigned.has(code) ? { kind: 'self-signed', host } : { kind: 'certificate', host, reason: code },
    ]
  }
  if (code.startsWith('ERR_SSL') || code === 'EPROTO' || code.startsWith('HPE_')) {
    return [
      'not-photoferry',
      `${host} does not speak HTTP as expected (${code}). Check http or https in its address.`,
      { kind: 'no-http', host },
    ]
  }
  if (code === 'ERR_INVALID_URL') return ['bad-request', `The address ${host} is not a valid URL.`]
  const reason = code || 'unknown reason'
  const message = `The connection to ${host} was lost (${reason}).`
  return ['connection-lost', message, { kind: 'host-lost', host, reason }]
}

/** The coded error of an answer of 300 or more; PhotoFerry's own JSON counts before the bare status. */
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
  if (own) return new UploadError(own.code, own.message, options)
  if (answer.statusCode < 400) return notPhotoFerry(`status ${answer.statusCode}`)
  const message = `${serverUrl} answered with HTTP status ${answer.statusCode}.`
  return new UploadError(codeForStatus(answer.statusCode), message, options)
}

/** Something answered, but not as a PhotoFerry server does. */
export function notPhotoFerry(cause: unknown): UploadError {
  return new UploadError(
    'not-photoferry',
    'What answers at this address is not a PhotoFerry server. Check the address under Settings.',
    { cause },
  )
}

function parseBody(body: string) {
  try {
    return errorBodySchema.parse(JSON.parse(body)).error
  } catch {
    return null
  }
}
