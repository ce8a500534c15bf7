/** Creates the client of an object store: the one place with the SDK's settings. */
import { S3Client } from '@aws-sdk/client-s3'
import type { BucketAddress } from './bucket-url.ts'

/** As many requests at once as the server has connections: a slow client must not hold up another's chunk. */
const maxSockets = 1_000
/** A large copy within the store may send nothing for so long, ms. */
const silenceMs = 5 * 60 * 1000

/** Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or from where else Amazon's tools look for them. */
export function createS3Client({ endpoint, region, pathStyle }: BucketAddress): S3Client {
  const agent = { keepAlive: true, maxSockets }
  return new S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    forcePathStyle: pathStyle,
    // Our bodies have checksums of their own; the SDK's trailing ones are ten times slower on some stores.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: 5_000,
      socketTimeout: silenceMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
    logger: silent,
  })
}

const ignore = () => undefined
/** The SDK would otherwise write to stderr, past the log. */
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore }
