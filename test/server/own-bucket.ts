/** A bucket of the test's own, in an S3 server in this process. */
import { s3rverKeys, startS3rver } from '../s3/start-s3rver.ts'
import { temporaryFolder } from './harness.ts'

export interface OwnBucket {
  /** What a server's environment says of it. */
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export async function ownBucket(): Promise<OwnBucket> {
  const server = await startS3rver(temporaryFolder())
  return { env: { STORAGE_URL: server.url, ...s3rverKeys }, stop: () => server.close() }
}
