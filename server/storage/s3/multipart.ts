/** Multipart uploads of one bucket: parts are put, copied and listed, the whole is completed or aborted. Knows no tasks. */
import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3'
import { copySource, type S3Bucket, type S3Description, type S3Stream } from './bucket.ts'
import { isGone } from './errors.ts'
import { beforeSigning, signedAs } from './signed-body.ts'

/** S3's minimum for every part but the last, bytes. */
export const minPartBytes = 5 * 1024 * 1024
export const maxParts = 10_000
/** S3's limit for one copy, bytes. */
export const maxCopyBytes = 5 * 1024 ** 3

/** An upload in progress. */
export interface S3Upload {
  readonly key: string
  readonly id: string
}

export interface S3Part {
  /** 1 … 10,000 */
  readonly number: number
  readonly etag: string
  /** Bytes. */
  readonly size: number
  /** ms since 1970. */
  readonly writtenAtMs: number
}

/** A range of an object. */
export interface S3Range {
  readonly key: string
  readonly etag: string
  /** First byte. */
  readonly start: number
  /** Bytes. */
  readonly length: number
  /** Whether it is the whole object. */
  readonly isAll: boolean
}

export class S3Multipart {
  readonly #bucket: S3Bucket

  constructor(bucket: S3Bucket) {
    this.#bucket = bucket
  }

  async create(key: string, as: S3Description = {}): Promise<S3Upload> {
    const what = { ...this.#at(key), Metadata: { ...as.metadata }, ContentType: as.contentType }
    const { UploadId } = await this.#bucket.client.send(new CreateMultipartUploadCommand(what))
    if (UploadId === undefined) throw new Error('the upload has no id')
    return { key, id: UploadId }
  }

  /** Puts bytes from memory, which the SDK can send again. @returns the part's etag */
  async putBytes(upload: S3Upload, number: number, bytes: Uint8Array): Promise<string> {
    const ContentMD5 = createHash('md5').update(bytes).digest('base64')
    const command = new UploadPartCommand({
      ...this.#part(upload, number),
      Body: bytes,
      ContentMD5,
    })
    return (await this.#bucket.client.send(command)).ETag ?? ''
  }

  /** @returns the part's etag */
  async putStream(upload: S3Upload, number: number, stream: S3Stream): Promise<string> {
    const { body, length, sha256, signal } = stream
    const what = { ...this.#part(upload, number), Body: body, ContentLength: length }
    const command = new UploadPartCommand(what)
    command.middlewareStack.add(signedAs(sha256), beforeSigning)
    return (await this.#bucket.client.send(command, { abortSignal: signal })).ETag ?? ''
  }

  /** @returns the part's etag */
  async copy(upload: S3Upload, number: number, from: S3Range): Promise<string> {
    const command = new UploadPartCopyCommand({
      ...this.#part(upload, number),
      CopySource: copySource(this.#bucket.name, from.key),
      CopySourceIfMatch: from.etag,
      // Stores refuse ranges of small objects.
      ...(!from.isAll && { CopySourceRange: `bytes=${from.start}-${from.start + from.length - 1}` }),
    })
    return (await this.#bucket.client.send(command)).CopyPartResult?.ETag ?? ''
  }

  /** The parts put so far, by number; undefined when the upload no longer exists. */
  async parts(upload: S3Upload): Promise<readonly S3Part[] | undefined> {
    const parts: S3Part[] = []
    let marker: string | undefined
    do {
      const what = { ...this.#at(upload.key), UploadId: upload.id, PartNumberMarker: marker }
      const page = await orGone(this.#bucket.client.send(new ListPartsCommand(what)))
      if (page === undefined) return undefined
      for (const { PartNumber = 0, ETag = '', Size = 0, LastModified } of page.Parts ?? []) {
        parts.push({ number: PartNumber, etag: ETag, size: Size, writtenAtMs: LastModified?.getTime() ?? 0 })
      }
      marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined
    } while (marker !== undefined)
    return parts
  }

  /** @param parts ascending @returns the object's etag; undefined when the upload no longer exists */
  async complete(
    upload: S3Upload,
    parts: readonly Pick<S3Part, 'number' | 'etag'>[],
  ): Promise<string | undefined> {
    const MultipartUpload = { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag })) }
    const what = { ...this.#at(upload.key), UploadId: upload.id, MultipartUpload }
    const done = await orGone(this.#bucket.client.send(new CompleteMultipartUploadCommand(what)))
    return done && (done.ETag ?? '')
  }

  async abort(upload: S3Upload): Promise<void> {
    const what = { ...this.#at(upload.key), UploadId: upload.id }
    await orGone(this.#bucket.client.send(new AbortMultipartUploadCommand(what)))
  }

  /** All uploads in progress whose keys have this prefix. */
  async *uploads(prefix: string): AsyncGenerator<S3Upload> {
    let markers: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {}
    do {
      // XML alone cannot express some characters of keys.
      const what = { Bucket: this.#bucket.name, Prefix: prefix, EncodingType: 'url', ...markers } as const
      const page = await this.#bucket.client.send(new ListMultipartUploadsCommand(what))
      for (const { Key = '', UploadId = '' } of page.Uploads ?? []) yield { key: decoded(Key), id: UploadId }
      markers =
        page.IsTruncated === true
          ? { KeyMarker: decoded(page.NextKeyMarker ?? ''), UploadIdMarker: page.NextUploadIdMarker }
          : {}
    } while (markers.KeyMarker !== undefined)
  }

  #at(key: string) {
    return { Bucket: this.#bucket.name, Key: key }
  }

  #part({ key, id }: S3Upload, number: number) {
    return { ...this.#at(key), UploadId: id, PartNumber: number }
  }
}

/** Keys in answers are encoded like form fields. */
function decoded(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '))
}

async function orGone<Answer>(request: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await request
  } catch (thrown) {
    if (isGone(thrown)) return undefined
    throw thrown
  }
}
