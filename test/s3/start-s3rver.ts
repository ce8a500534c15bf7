/** Starts s3rver, an old stand-in for S3, on a free port, with what it lacks or does otherwise than S3 put right. */
import S3rver from 's3rver'
import { mendFiles } from './s3rver-files.ts'
import { mendRequests, refuse } from './s3rver-requests.ts'

export interface S3rverRunning {
  /** As STORAGE_URL wants it. */
  readonly url: string
  readonly endpoint: string
  /** Methods of the requests that came, in their order. */
  readonly asked: readonly string[]
  /** What becomes of requests: answered, cut off as by a store that is away, or refused with a code of S3's. */
  behave(how: 'well' | 'away' | S3rverRefusal): void
  close(): Promise<void>
}

export interface S3rverRefusal {
  readonly status: number
  readonly code: string
  /** So many requests, then it is well again. */
  times: number
  /** So many are answered well before. */
  after?: number
  /** Only these; all where it is not said. */
  readonly methods?: readonly string[]
  /** Closes the connection with its answer, whatever is still to come. */
  readonly hangsUp?: boolean
}

/** The only keys that s3rver knows. */
export const s3rverKeys = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' }
const s3rverBucket = 'photos'

/** @param directory an empty folder @param port 0 for any free one */
export async function startS3rver(directory: string, port = 0): Promise<S3rverRunning> {
  const server = new S3rver({
    address: '127.0.0.1',
    port,
    silent: true,
    directory,
    vhostBuckets: false,
    configureBuckets: [{ name: s3rverBucket }],
  })
  let how: Parameters<S3rverRunning['behave']>[0] = 'well'
  const asked: string[] = []
  server.middleware.unshift(
    async (context, next) => {
      asked.push(context.method)
      if (how === 'well') return next()
      if (how === 'away') return void context.req.socket.destroy()
      if (how.methods?.includes(context.method) === false) return next()
      if (how.after !== undefined && how.after > 0) {
        how.after -= 1
        return next()
      }
      how.times -= 1
      refuse(context, how.status, how.code)
      if (how.hangsUp === true) context.set('Connection', 'close')
      if (how.times <= 0) how = 'well'
    },
    mendRequests(server.store, mendFiles(server.store)),
  )
  const address = await server.run()
  const endpoint = `http://127.0.0.1:${address.port}`
  const close = async () => {
    const closed = server.close()
    server.httpServer.closeAllConnections()
    await closed
  }
  const behave = (next: typeof how) => {
    how = next
  }
  return { url: `s3://${s3rverBucket}?endpoint=${endpoint}`, endpoint, asked, behave, close }
}
