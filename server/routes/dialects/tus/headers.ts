/**
 * What tus 1.0 says of a request's headers and the library leaves to others: the version, the type of a PATCH, the
 * checksum, the method in a header. Keeps what the data store must know of the request that it works for.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context, Middleware } from 'koa'
import { UploadError } from '../../../../src/shared/protocol/errors.ts'
import { Refusal } from '../../../refusal.ts'
import type { BodyChecksum } from '../../../uploads/appending/append-bytes.ts'
import type { Uploads } from '../../../uploads/context.ts'

/** The request that the data store works for. */
export interface TusRequest {
  readonly uploads: Uploads
  /** What the body must have, when the client said so. */
  readonly checksum: BodyChecksum | undefined
}

/** The library hands its data store no request. */
export const tusRequests = new AsyncLocalStorage<TusRequest>()

/** The request that is being worked on. @throws Error outside of one */
export function currentRequest(): TusRequest {
  const request = tusRequests.getStore()
  if (request === undefined) throw new Error('the tus store was asked outside of a request')
  return request
}

export const version = '1.0.0'
/** Name in the protocol -> bytes of its digest. */
const digestBytes: Readonly<Record<BodyChecksum['algorithm'], number>> = { sha1: 20, md5: 16, sha256: 32 }
export const checksumAlgorithms = Object.keys(digestBytes)

/** For clients that can send neither PATCH nor DELETE: "the Server MUST interpret X-HTTP-Method-Override". */
export function overrideMethod(): Middleware {
  return (ctx, next) => {
    const method = ctx.get('X-HTTP-Method-Override').toUpperCase()
    if (
      ctx.method === 'POST' &&
      /^\/tus(\/|$)/.test(ctx.path) &&
      ['PATCH', 'DELETE', 'HEAD'].includes(method)
    ) {
      ctx.method = method
    }
    return next()
  }
}

/** @throws Refusal 412 for another version, 415 for a PATCH of another type, 400 for a checksum that is none */
export function readHeaders(ctx: Context): { readonly checksum: BodyChecksum | undefined } {
  if (ctx.method !== 'OPTIONS' && ctx.get('Tus-Resumable') !== version) {
    ctx.set('Tus-Version', version)
    throw new Refusal('bad-request', `Send Tus-Resumable: ${version}; this server speaks no other version.`, {
      status: 412,
    })
  }
  if (ctx.method === 'PATCH' && ctx.get('Content-Type') !== 'application/offset+octet-stream') {
    throw new Refusal('bad-request', 'Send the bytes as application/offset+octet-stream.', { status: 415 })
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
    `Send Upload-Checksum as one of ${checksumAlgorithms}, a space, base64.`,
  )
}

function isKnown(algorithm: string): algorithm is BodyChecksum['algorithm'] {
  return Object.hasOwn(digestBytes, algorithm)
}
