/** A bucket of the test's own, in an S3 server in this process. */
import { createHash } from 'node:crypto'
import { mkdir, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { temporaryFolder } from './harness.ts'

interface S3Object {
  readonly bucket: string
  readonly key: string
  readonly content: Buffer | Readable
  readonly metadata: object
}

/** What is used of s3rver, which comes without types. */
interface Files {
  getResourcePath(bucket: string, key: string, kind: string): string
  putMetadata(bucket: string, key: string, metadata: object, md5: string): Promise<void>
  putObject(object: S3Object): Promise<{ size: number; md5: string }>
  listObjects(bucket: string, options: object): Promise<unknown>
}
interface S3Server {
  store: Files
  readonly context: { store: Files }
  run(): Promise<AddressInfo>
  close(): Promise<void>
}

const require = createRequire(import.meta.url)
const S3rver = require('s3rver') as new (options: object) => S3Server
const FilesystemStore = require('s3rver/lib/stores/filesystem') as new (directory: string) => Files

/**
 * As every real store: an object is there when all of it has come, and not before; s3rver's own shows half of one.
 * Lists come whole, since its tokens for the next page need a cipher that OpenSSL has given up.
 */
class WholeObjects extends FilesystemStore {
  override async putObject({ bucket, key, content, metadata }: S3Object) {
    const bytes = Buffer.isBuffer(content) ? content : await buffer(content)
    const md5 = createHash('md5').update(bytes).digest('hex')
    const path = this.getResourcePath(bucket, key, 'object')
    await mkdir(dirname(path), { recursive: true })
    await writeFile(`${path}.coming`, bytes)
    await this.putMetadata(bucket, key, metadata, md5)
    await rename(`${path}.coming`, path)
    return { size: bytes.length, md5 }
  }

  override listObjects(bucket: string, options: object) {
    return super.listObjects(bucket, { ...options, maxKeys: Number.POSITIVE_INFINITY })
  }
}

export interface OwnBucket {
  /** What a server's environment says of it. */
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}

export async function ownBucket(): Promise<OwnBucket> {
  const directory = temporaryFolder()
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: 'photos', configs: [] }],
  })
  server.store = server.context.store = new WholeObjects(directory)
  const { port } = await server.run()
  const keys = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' }
  return {
    env: { STORAGE_URL: `s3://photos?endpoint=http://127.0.0.1:${port}`, ...keys },
    stop: () => server.close(),
  }
}
