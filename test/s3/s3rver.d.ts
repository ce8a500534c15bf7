/** The parts of s3rver that the tests touch; it brings no types of its own. */
declare module 's3rver' {
  import type { IncomingMessage, Server } from 'node:http'
  import type { Readable } from 'node:stream'

  export interface S3rverObject {
    readonly bucket: string
    readonly key: string
    readonly content: Readable
    readonly metadata: Record<string, string>
  }

  export interface FilesystemStore {
    getResourcePath(bucket: string, key: string | undefined, resource: string): string
    getMetadata(bucket: string, key: string): Promise<Record<string, string>>
    putMetadata(bucket: string, key: string, metadata: object, md5?: string): Promise<void>
    listObjects(
      bucket: string,
      options: { delimiter?: string; startAfter?: string; prefix?: string; maxKeys?: number },
    ): Promise<{ objects: unknown[]; commonPrefixes: string[]; isTruncated: boolean }>
    putObject(object: S3rverObject): Promise<{ size: number; md5: string }>
    copyObject(
      fromBucket: string,
      fromKey: string,
      toBucket: string,
      toKey: string,
      metadata: object | null,
    ): Promise<Record<string, string>>
    deleteObject(bucket: string, key: string): Promise<void>
    putPart(
      bucket: string,
      uploadId: string,
      partNumber: string,
      content: Readable,
    ): Promise<{ size: number; md5: string }>
    putObjectMultipart(
      bucket: string,
      uploadId: string,
      parts: { number: number; etag: string }[],
    ): Promise<{ size: number; md5: string }>
  }

  export interface S3rverContext {
    readonly method: string
    readonly path: string
    readonly query: Record<string, string | undefined>
    readonly headers: Record<string, string | undefined>
    readonly req: IncomingMessage
    status: number
    type: string
    body: string
    set(name: string, value: string): void
  }

  type Middleware = (context: S3rverContext, next: () => Promise<void>) => Promise<void>

  export default class S3rver {
    readonly store: FilesystemStore
    readonly middleware: Middleware[]
    readonly httpServer: Server
    constructor(options: {
      address: string
      port: number
      silent: boolean
      directory: string
      vhostBuckets: boolean
      configureBuckets: { name: string }[]
    })
    run(): Promise<{ port: number }>
    close(): Promise<void>
  }
}

declare module 's3rver/lib/models/error.js' {
  export default class S3Error extends Error {
    constructor(code: string, message: string, detail?: object)
  }
}

declare module 's3rver/lib/models/object.js' {
  export default class S3Object {
    constructor(bucket: string, key: string, content: null, metadata: object)
  }
}
