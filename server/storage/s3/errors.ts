/** Turns what an object store answers, or does not answer, into coded errors, at the edge that meets it. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'

/** A store that is away or overloaded is asked again after this long. */
const retryAfterMs = 5_000

/** Ceph, MinIO, IBM and others each have words of their own for a disk, an account or a bucket that is full. */
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
export function s3CodeOf(thrown: unknown): string {
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

/** No such object or upload; the bucket is there. */
export function isGone(thrown: unknown): boolean {
  return gone.has(s3CodeOf(thrown))
}

/** A condition did not hold: something is at this key already, or is being written there now. */
export function isTaken(thrown: unknown): boolean {
  return s3StatusOf(thrown) === 412 || s3CodeOf(thrown) === 'ConditionalRequestConflict'
}

/** The store does not know some part of the request. */
export function isNotImplemented(thrown: unknown): boolean {
  return s3StatusOf(thrown) === 501
}

/** The coded error for whatever a request to the store threw; a coded one passes through. */
export function toS3Error(thrown: unknown): UploadError {
  if (thrown instanceof UploadError) return thrown
  const code = s3CodeOf(thrown)
  const status = s3StatusOf(thrown)
  const cause = thrown
  if (full.test(code) || status === 507) {
    const message = "The server's object storage has no room left. Free some space there; the upload goes on."
    return new UploadError('storage-full', message, { cause })
  }
  if (tooLong.has(code)) {
    const message = 'The name is too long for the object storage of the server. Shorten it.'
    return new UploadError('name-invalid', message, { cause })
  }
  if (code === 'EntityTooLarge') {
    const message = 'The object storage of the server takes no file so large.'
    return new UploadError('file-too-large', message, { cause })
  }
  if (damaged.has(code)) {
    const message = 'The chunk reached the object storage with other bytes than it had. Send it again.'
    return new UploadError('chunk-corrupted', message, { cause })
  }
  if (code === 'NoSuchBucket' || refused.has(code) || code === 'CredentialsProviderError') {
    const message = 'The object storage does not let the server in, or its bucket is gone. See its log.'
    return new UploadError('storage-failed', message, { cause })
  }
  if (status === undefined ? isOfNetwork(thrown) : isOfSystem(code) || status === 429 || status >= 500) {
    const message =
      'The object storage of the server cannot be reached now. The upload goes on when it is back.'
    return new UploadError('server-unreachable', message, { cause, retryAfterMs })
  }
  return new UploadError(
    'storage-failed',
    'The object storage refused a request. See the log of the server.',
    {
      cause,
    },
  )
}

/** Without an answer it is the way there; an error without a name of its own is this program's. */
function isOfNetwork(thrown: unknown): boolean {
  return !['', 'Error', 'TypeError', 'RangeError', 'SyntaxError'].includes(s3CodeOf(thrown))
}

/** The connection broke in the middle of an answer, as `ECONNRESET`: a full store may hang up before a part was sent. */
function isOfSystem(code: string): boolean {
  return /^E[A-Z]+$/.test(code)
}

/** Runs requests to the store; what they throw leaves as a coded error. */
export async function codedS3<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (thrown) {
    throw toS3Error(thrown)
  }
}
