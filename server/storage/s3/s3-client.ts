/** Connects to an object store: the one place that knows the SDK's settings. */
import { S3Client } from '@aws-sdk/client-s3'
import type { S3Location } from './bucket-url.ts'

/** As many requests at once as the server has connections: a slow client must not keep another's chunk waiting. */
const maxSockets = 1_000
/** A large copy within the store may be silent for so long. */
const silenceMs = 5 * 60 * 1000

/** Credentials come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or what else Amazon's tools look for. */
export function createS3Client({ endpoint, region, pathStyle }: S3Location): S3Client {
  const agent = { keepAlive: true, maxSockets }
  return new S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    forcePathStyle: pathStyle,
    // What is sent has a checksum of its own; the SDK's trailing ones are ten times slower on some stores.
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
/** The SDK's own words would reach stderr beside the log. */
const silent = { trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore }
