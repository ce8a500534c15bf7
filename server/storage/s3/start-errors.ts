/** Says in one sentence why the object store cannot be used, to whoever starts the server, and what to do about it. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { S3Location } from './bucket-url.ts'
import { s3CodeOf, s3StatusOf } from './errors.ts'

/** @param thrown what the first request failed with */
export function explainStart(location: S3Location, thrown: unknown): UploadError {
  return new UploadError('storage-failed', sentenceFor(location, thrown), { cause: thrown })
}

function sentenceFor({ bucket, endpoint, region }: S3Location, thrown: unknown): string {
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
    return 'The clock of this machine is wrong; the object storage trusts no request of it. Set the clock.'
  }
  if (status === 401 || status === 403) {
    return `The object storage at ${where} refuses the credentials for bucket "${bucket}" (${code}). Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and what they may do.`
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
