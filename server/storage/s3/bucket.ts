/** Objects of one bucket: put, inspect, list, copy, delete. Knows keys, but not what they stand for. */
import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { isGone, isNotImplemented, isTaken } from './errors.ts'
import { beforeSigning, signedAs } from './signed-body.ts'

export interface S3Object {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** ms since 1970, of the last write. */
  readonly writtenAtMs: number
  readonly etag: string
}

export interface S3Described extends S3Object {
  /** Names in lower case, values in ASCII. */
  readonly metadata: Readonly<Record<string, string>>
}

/** What an object is stored with. */
export interface S3Description {
  readonly metadata?: Readonly<Record<string, string>>
  /** A media type. */
  readonly contentType?: string
}

/** Bytes whose count is known beforehand. */
export interface S3Stream {
  readonly body: Readable
  /** Bytes. */
  readonly length: number
  /** Hex, when it is known beforehand: the store refuses other bytes. */
  readonly sha256: string | undefined
  readonly signal: AbortSignal
}

/** `bucket/key`, encoded for a header. */
export function copySource(bucket: string, key: string): string {
  return [bucket, ...key.split('/')].map(encodeURIComponent).join('/')
}

export class S3Bucket {
  readonly client: S3Client
  readonly name: string
  /** Some stores do not support conditions on copies; found out with the first copy. */
  #copiesWithCondition = true

  constructor(client: S3Client, name: string) {
    this.client = client
    this.name = name
  }

  /** Undefined when there is no such object. */
  async head(key: string): Promise<S3Described | undefined> {
    try {
      const head = await this.client.send(new HeadObjectCommand({ Bucket: this.name, Key: key }))
      return {
        key,
        size: head.ContentLength ?? 0,
        writtenAtMs: head.LastModified?.getTime() ?? 0,
        etag: head.ETag ?? '',
        metadata: head.Metadata ?? {},
      }
    } catch (thrown) {
      if (isGone(thrown)) return undefined
      throw thrown
    }
  }

  /**
   * Opens a part of an object.
   * @param start first byte @param end last byte, included
   * @param etag refuses any other version
   */
  async get(key: string, start: number, end: number, etag: string, signal: AbortSignal): Promise<Readable> {
    const range = `bytes=${start}-${end}`
    const command = new GetObjectCommand({ Bucket: this.name, Key: key, Range: range, IfMatch: etag })
    const { Body } = await this.client.send(command, { abortSignal: signal })
    if (Body === undefined) throw new Error('the answer has no body')
    return Body as Readable
  }

  /** The bytes of a small object; undefined when there is none. */
  async getText(key: string): Promise<string | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.name, Key: key }))
      return await Body?.transformToString()
    } catch (thrown) {
      if (isGone(thrown)) return undefined
      throw thrown
    }
  }

  /** @returns the etag; undefined from a store that does not tell it */
  async putBytes(key: string, bytes: Uint8Array): Promise<string | undefined> {
    const ContentMD5 = createHash('md5').update(bytes).digest('base64')
    const put = new PutObjectCommand({ Bucket: this.name, Key: key, Body: bytes, ContentMD5 })
    return (await this.client.send(put)).ETag
  }

  /** @returns false when the object exists already; stores without conditions replace it */
  async putNew(key: string, text: string): Promise<boolean> {
    const what = { Bucket: this.name, Key: key, Body: text }
    try {
      await this.client.send(new PutObjectCommand({ ...what, IfNoneMatch: '*' }))
      return true
    } catch (thrown) {
      if (isTaken(thrown)) return false
      if (!isNotImplemented(thrown)) throw thrown
      await this.client.send(new PutObjectCommand(what))
      return true
    }
  }

  async putStream(key: string, { body, length, sha256, signal }: S3Stream): Promise<void> {
    const what = { Bucket: this.name, Key: key, Body: body, ContentLength: length }
    const command = new PutObjectCommand(what)
    command.middlewareStack.add(signedAs(sha256), beforeSigning)
    await this.client.send(command, { abortSignal: signal })
  }

  async delete(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.name, Key: key }))
  }

  /** All objects whose keys have this prefix, in the order of their keys. */
  async *list(prefix: string): AsyncGenerator<S3Object> {
    for await (const page of this.#pages(prefix)) {
      for (const { Key = '', Size = 0, LastModified, ETag = '' } of page.Contents ?? []) {
        yield { key: Key, size: Size, writtenAtMs: LastModified?.getTime() ?? 0, etag: ETag }
      }
    }
  }

  /** The names of the folders right below a prefix that ends with a slash. */
  async *folders(prefix: string): AsyncGenerator<string> {
    for await (const page of this.#pages(prefix, '/')) {
      for (const { Prefix = '' } of page.CommonPrefixes ?? []) yield Prefix.slice(prefix.length, -1)
    }
  }

  /** Whether any object's key has this prefix. @throws the store's error when there is no such bucket */
  async hasAny(prefix: string): Promise<boolean> {
    const one = new ListObjectsV2Command({ Bucket: this.name, Prefix: prefix, MaxKeys: 1 })
    return ((await this.client.send(one)).Contents?.length ?? 0) > 0
  }

  /**
   * Copies an object of at most 5 GiB within the store, to a key without an object.
   * @returns false when there is one; stores without conditions do not notice, so check before
   */
  async copyNew(from: Pick<S3Object, 'key' | 'etag'>, to: string, as: S3Description): Promise<boolean> {
    const what = {
      Bucket: this.name,
      Key: to,
      CopySource: copySource(this.name, from.key),
      CopySourceIfMatch: from.etag,
      MetadataDirective: 'REPLACE',
      Metadata: { ...as.metadata },
      ContentType: as.contentType,
    } as const
    try {
      const condition = this.#copiesWithCondition ? { IfNoneMatch: '*' } : {}
      await this.client.send(new CopyObjectCommand({ ...what, ...condition }))
      return true
    } catch (thrown) {
      if (isNotImplemented(thrown) && this.#copiesWithCondition) {
        this.#copiesWithCondition = false
        return this.copyNew(from, to, as)
      }
      // The source has a condition too, so a failed condition alone does not mean that the key is taken.
      if (isTaken(thrown) && (await this.head(to)) !== undefined) return false
      throw thrown
    }
  }

  async *#pages(prefix: string, delimiter?: string) {
    let token: string | undefined
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.name,
        Prefix: prefix,
        Delimiter: delimiter,
        ContinuationToken: token,
      })
      const page = await this.client.send(command)
      yield page
      token = page.NextContinuationToken
    } while (token !== undefined)
  }
}
