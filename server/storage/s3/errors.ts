/** Turns an object store's answers, and missing answers, into coded errors, where the S3 store meets them. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { BucketAddress } from './bucket-url.ts'

/** When to try again a store that is away or overloaded, ms. */
const retryAfterMs = 5_000

/** Ceph, MinIO, IBM and others each have their own codes for a full disk, account or bucket. */
const full = /QuotaExceeded|Storage(Cap|Limit)Exceeded|StorageFull|Insufficient(Storage|Capacity)/
const refused = new Set([
  'AccessDenied',
  'ExpiredToken',
  'Forbidden',
  'InvalidAccessKeyId',
  'InvalidToken',
  'SignatureDoesNotMatch',
])
const tooLong = new Set(['KeyTooLong', 'KeyTooLongError'])
const damaged = new Set(['BadDigest', 'IncompleteBody', 'InvalidDigest', 'XAmzContentSHA256Mismatch'])
const gone = new Set(['NoSuchKey', 'NoSuchUpload', 'NotFound'])

/** The store's own code such as `NoSuchKey`, or the system's such as `ECONNREFUSED`. */
function s3CodeOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return ''
  if ('Code' in thrown && typeof thrown.Code === 'string') return thrown.Code
  return 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : thrown.name
}

/** The HTTP status of the store's answer; undefined when there was none. */
export function s3StatusOf(thrown: unknown): number | undefined {
  if (!(thrown instanceof Error) || !('$metadata' in thrown)) return undefined
  const { $metadata: metadata } = thrown
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
}

/** There is no such object or upload; the bucket exists. */
export function isGone(thrown: unknown): boolean {
  return gone.has(s3CodeOf(thrown))
}

/** A condition failed: there is an object at this key already, or it is being written now. */
export function isTaken(thrown: unknown): boolean {
  return s3StatusOf(thrown) === 412 || s3CodeOf(thrown) === 'ConditionalRequestConflict'
}

/** The store does not support some part of the request. */
export function isNotImplemented(thrown: unknown): boolean {
  return s3StatusOf(thrown) === 501
}

/** The coded error for what a request to the store threw; a coded error passes through. */
export function toStorageError(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  const code = s3CodeOf(thrown)
  const status = s3StatusOf(thrown)
  const cause = thrown
  if (full.test(code) || status === 507) {
    const message =
      "The server's object storage has no room left. Free some space there; the upload continues by itself."
    return new UploadError('storage-full', message, { cause })
  }
  if (tooLong.has(code)) {
    const message = "The name is too long for the server's object storage. Shorten it."
    return new UploadError('name-invalid', message, { cause })
  }
  if (code === 'EntityTooLarge') {
    const message = "The server's object storage does not accept a file of this size."
    return new UploadError('file-too-large', message, { cause })
  }
  if (damaged.has(code)) {
    const message = 'The chunk was damaged on the way to the object storage. Send it again.'
    return new UploadError('chunk-corrupted', message, { cause })
  }
  if (code === 'NoSuchBucket' || refused.has(code) || code === 'CredentialsProviderError') {
    const message = 'The object storage denies the server access, or its bucket is gone. See its log.'
    return new UploadError('storage-failed', message, { cause })
  }
  if (isPassing(thrown)) {
    const message = "The server's object storage cannot be reached now. The upload continues when it is back."
    return new UploadError('server-unreachable', message, { cause, retryAfterMs })
  }
  const message = "The object storage refused a request. See the server's log."
  return new UploadError('storage-failed', message, { cause })
}

/** Whether the trouble is in the network or passes by itself. */
function isPassing(thrown: unknown): boolean {
  const code = s3CodeOf(thrown)
  const status = s3StatusOf(thrown)
  // Without an answer it is the network; an error without a name of its own is a fault of this program.
  if (status === undefined) return !['', 'Error', 'TypeError', 'RangeError', 'SyntaxError'].includes(code)
  // A system code such as ECONNRESET: the connection broke in the middle of an answer. A full store may hang up before a
  // part was sent.
  return /^E[A-Z]+$/.test(code) || status === 429 || status >= 500
}

/** Runs requests to the store; what they throw becomes a coded error. */
export async function coded<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    throw toStorageError(thrown)
  }
}

/** Why the store could not be opened, in one sentence for a person. @param thrown what the first request failed with */
export function openError(address: BucketAddress, thrown: unknown): UploadError {
  return new UploadError('storage-failed', openSentence(address, thrown), { cause: thrown })
}

function openSentence({ bucket, endpoint, region }: BucketAddress, thrown: unknown): string {
  const code = s3CodeOf(thrown)
  const status = s3StatusOf(thrown)
  const where = endpoint ?? 'Amazon S3'
  if (code === 'NoSuchBucket' || code === 'NotFound' || status === 404) {
    return `There is no bucket "${bucket}" at ${where}. Create it, or correct STORAGE_URL.`
  }
  if (code === 'CredentialsProviderError' || code === 'CredentialsError') {
    return 'There are no credentials for the object storage. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'
  }
  if (code === 'RequestTimeTooSkewed') {
    return "The object storage rejects requests because this machine's clock is wrong. Set the clock."
  }
  if (status === 401 || status === 403) {
    return `The object storage at ${where} refuses the credentials for bucket "${bucket}" (${code}). Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and their permissions.`
  }
  if (status === 301 || status === 400) {
    return `Bucket "${bucket}" cannot be used at ${where} with region "${region ?? 'of AWS_REGION'}" (${code}). Correct region or endpoint in STORAGE_URL.`
  }
  if (status !== undefined)
    return `The object storage at ${where} answers ${status} (${code}). Try again later.`
  if (code === 'ERR_INVALID_URL' || /region/i.test(thrown instanceof Error ? thrown.message : '')) {
    return 'The region of the bucket is not known. Add region=… to STORAGE_URL, or set AWS_REGION.'
  }
  return `The object storage at ${where} cannot be reached (${code}). Start it, or correct STORAGE_URL.`
}
