/**
 * What tus 1.0 requires of a request's headers and @tus/server leaves to others: the version, the type of a PATCH, the
 * checksum, the overridden method. Also passes the current request to the data store.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context, Middleware } from 'koa'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { HttpError } from '../../../http/http-error.ts'
import type { BodyChecksum } from '../../../uploads/appending/append-bytes.ts'
import type { Uploads } from '../../../uploads/context.ts'

/** The request that the data store is working for. */
export interface TusRequest {
  readonly uploads: Uploads
  /** The checksum that the body must have, when the client sent one. */
  readonly checksum: BodyChecksum | undefined
  /** `Upload-Metadata` as it was sent; empty without. */
  readonly metadata: string
  /** `Upload-Length`, bytes; NaN without. */
  readonly length: number
  /** Told the path of the file's URL once it is stored, before the answer is written. */
  readonly onStored: (path: string) => void
}

/** The package does not pass the request to its data store. */
export const tusRequests = new AsyncLocalStorage<TusRequest>()

/** @throws Error outside of a request */
export function currentRequest(): TusRequest {
  const request = tusRequests.getStore()
  if (request === undefined) throw new Error('the tus data store was used outside of a request')
  return request
}

const version = '1.0.0'
/** Name in the protocol -> bytes of its digest. */
const digestBytes: Readonly<Record<BodyChecksum['algorithm'], number>> = { sha1: 20, md5: 16, sha256: 32 }
export const checksumAlgorithms = Object.keys(digestBytes)

const methods = new Set(['GET', 'HEAD', 'POST', 'PATCH', 'DELETE', 'OPTIONS'])

/** @param path of a URL */
function isTusPath(path: string): boolean {
  return /^\/tus(\/|$)/.test(path)
}

/** Every answer below `/tus` names the version, also one of the guards (tus 1.0, "Tus-Resumable"). */
export function nameVersion(): Middleware {
  return (ctx, next) => {
    if (isTusPath(ctx.path)) ctx.set('Tus-Resumable', version)
    return next()
  }
}

/** For clients that cannot send PATCH or DELETE (tus 1.0: "The Server MUST interpret" X-HTTP-Method-Override). */
export function overrideMethod(): Middleware {
  return (ctx, next) => {
    const method = ctx.get('X-HTTP-Method-Override').toUpperCase()
    if (ctx.method !== 'OPTIONS' && isTusPath(ctx.path) && methods.has(method)) ctx.method = method
    return next()
  }
}

/** @throws HttpError 412 for another version, 415 for a PATCH of another type, 501 for concatenation; UploadError `bad-request` for an invalid checksum */
export function readHeaders(ctx: Context): { readonly checksum: BodyChecksum | undefined } {
  if (ctx.method !== 'OPTIONS' && ctx.get('Tus-Resumable') !== version) {
    ctx.set('Tus-Version', version)
    throw new HttpError(
      412,
      'bad-request',
      `Send Tus-Resumable: ${version}; this server supports no other version.`,
    )
  }
  if (ctx.method === 'PATCH' && ctx.get('Content-Type') !== 'application/offset+octet-stream') {
    throw new HttpError(415, 'bad-request', 'Send the bytes as application/offset+octet-stream.')
  }
  if (ctx.method === 'POST' && ctx.get('Upload-Concat') !== '') {
    const message = 'This server takes each file as one upload, not in parts: use parallelUploads: 1.'
    throw new HttpError(501, 'bad-request', message)
  }
  return { checksum: checksumOf(ctx.get('Upload-Checksum')) }
}

function checksumOf(header: string): BodyChecksum | undefined {
  if (header === '') return undefined
  const [algorithm = '', base64 = '', ...more] = header.split(' ')
  const digest = Buffer.from(base64, 'base64')
  if (isKnown(algorithm) && digest.length === digestBytes[algorithm] && more.length === 0) {
    return { algorithm, hex: digest.toString('hex') }
  }
  throw new UploadError(
    'bad-request',
    `Send Upload-Checksum as one of ${checksumAlgorithms}, a space, and the digest in base64.`,
  )
}

function isKnown(algorithm: string): algorithm is BodyChecksum['algorithm'] {
  return Object.hasOwn(digestBytes, algorithm)
}
