/** Stored files in an object store: inspected, read, copied, and given their names without replacing another file. */
import { lookup } from 'mime-types'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type FileDigests, FileHash } from '../../digests.ts'
import type { OnBytes, SealedPartial, StoredContent, StoredFileStat } from '../store.ts'
import type { Throttle } from '../throttle.ts'
import type { S3Bucket, S3Described, S3Description, S3Object } from './bucket.ts'
import { maxCopyBytes, type S3Multipart, type S3Range } from './multipart.ts'
import type { ObjectKeys } from './object-keys.ts'
import { inParallel } from './parallel.ts'
import { readRanges, sliceRanges, streamRanges } from './read-ranges.ts'

const partsAtOnce = 4
/** How many damaged files of one path are kept. */
const maxSetAside = 1_000
/** A copy that is too large for one request is made in parts of this size, bytes. */
const copyPartBytes = 1024 ** 3

export class S3StoredFiles {
  readonly #bucket: S3Bucket
  readonly #multipart: S3Multipart
  readonly #keys: ObjectKeys

  constructor(bucket: S3Bucket, multipart: S3Multipart, keys: ObjectKeys) {
    this.#bucket = bucket
    this.#multipart = multipart
    this.#keys = keys
  }

  async publish(taskId: string, path: string, sealed: SealedPartial): Promise<'published' | 'taken'> {
    const to = this.#keys.file(path)
    if ((await this.#bucket.head(to)) !== undefined) return 'taken'
    const whole = { key: this.#keys.whole(taskId), etag: sealed.version ?? '', size: sealed.size }
    return (await this.#copy(taskId, whole, to, describe(taskId, path, sealed))) ? 'published' : 'taken'
  }

  async isPublishedAs(taskId: string, path: string): Promise<boolean> {
    return (await this.#bucket.head(this.#keys.file(path)))?.metadata.task === taskId
  }

  /** @returns false when there is no such file */
  async copyToPartial(path: string, taskId: string): Promise<boolean> {
    const from = await this.#bucket.head(this.#keys.file(path))
    return from !== undefined && (await this.#copy(taskId, from, this.#keys.whole(taskId), {}))
  }

  async stat(path: string): Promise<StoredFileStat | undefined> {
    const found = await this.#bucket.head(this.#keys.file(path))
    return found && { size: found.size, mtimeMs: mtimeOf(found), changedAtMs: found.writtenAtMs }
  }

  /** An object can't be renamed: it is copied, and then deleted. @returns its new key; undefined when there is none */
  async setAside(taskId: string, path: string): Promise<string | undefined> {
    const from = await this.#bucket.head(this.#keys.file(path))
    if (from === undefined) return undefined
    const as = { metadata: from.metadata, contentType: 'application/octet-stream' }
    for (let number = 1; number <= maxSetAside; number += 1) {
      const to = this.#keys.damaged(path, number)
      if ((await this.#bucket.head(to)) !== undefined || !(await this.#copy(taskId, from, to, as))) continue
      await this.#bucket.delete(from.key)
      return to
    }
    throw new UploadError(
      'storage-failed',
      `${maxSetAside} damaged files of this name were kept. Remove some.`,
    )
  }

  async read(path: string): Promise<StoredContent | undefined> {
    const found = await this.#bucket.head(this.#keys.file(path))
    return found && contentOf(this.#bucket, [allOf(found)], mtimeOf(found))
  }

  /** Of an object, in one pass over its bytes; of no bytes when there is no such object. */
  async digests(
    object: Pick<S3Object, 'key' | 'etag' | 'size'> | undefined,
    onBytes: OnBytes,
    throttle?: Throttle,
  ): Promise<FileDigests> {
    const hash = new FileHash()
    let bytes = 0
    for await (const piece of object ? readRanges(this.#bucket, [allOf(object)]) : []) {
      hash.update(piece)
      bytes += piece.length
      onBytes(bytes)
      await throttle?.after(piece.length)
    }
    return hash.digests()
  }

  /** @returns false when there is an object already */
  async #copy(
    taskId: string,
    from: Pick<S3Object, 'key' | 'etag' | 'size'>,
    to: string,
    as: S3Description,
  ): Promise<boolean> {
    if (from.size <= maxCopyBytes) return this.#bucket.copyNew(from, to, as)
    // If this server dies in the middle, the clean-up of the task finds the upload.
    await this.#bucket.putBytes(this.#keys.copying(taskId), Buffer.from(to))
    const upload = await this.#multipart.create(to, as)
    const count = Math.ceil(from.size / copyPartBytes)
    const parts = Array.from({ length: count }, (_, index) => ({ number: index + 1, etag: '' }))
    await inParallel(parts, partsAtOnce, async (part) => {
      const start = (part.number - 1) * copyPartBytes
      const length = Math.min(copyPartBytes, from.size - start)
      part.etag = await this.#multipart.copy(upload, part.number, {
        ...allOf(from),
        start,
        length,
        isAll: false,
      })
    })
    if ((await this.#multipart.complete(upload, parts)) !== undefined) return true
    throw new UploadError('storage-failed', 'The object storage ended a copy. Complete the file again.')
  }
}

export function allOf({ key, etag, size }: Pick<S3Object, 'key' | 'etag' | 'size'>): S3Range {
  return { key, etag, start: 0, length: size, isAll: true }
}

/** Ranges that are open for reading. Nothing is requested before `stream`, so there is nothing to close. */
export function contentOf(bucket: S3Bucket, ranges: readonly S3Range[], mtimeMs: number): StoredContent {
  const size = ranges.reduce((sum, range) => sum + range.length, 0)
  const stream = (start: number, end: number) =>
    streamRanges(bucket, sliceRanges(ranges, start, end - start + 1))
  return { size, mtimeMs, stream, close: async () => undefined }
}

/**
 * `mtime` in seconds with a fraction and `md5chksum` in base64, as rclone writes and reads them: files that it copies to a disk
 * get the right time, and those that came in parts can be checked.
 */
function describe(taskId: string, path: string, { mtimeMs, md5 }: SealedPartial): S3Description {
  const name = path.slice(path.lastIndexOf('/') + 1)
  const own = { mtime: (mtimeMs / 1000).toFixed(6), name: encodeURIComponent(name), task: taskId }
  return {
    metadata: md5 === undefined ? own : { ...own, md5chksum: Buffer.from(md5, 'hex').toString('base64') },
    contentType: lookup(name) || 'application/octet-stream',
  }
}

/** A file that a person put there has only the time at which it was written. */
function mtimeOf({ metadata, writtenAtMs }: S3Described): number {
  const seconds = Number(metadata.mtime)
  return metadata.mtime === undefined || Number.isNaN(seconds) ? writtenAtMs : roundedMs(seconds * 1000)
}

/** To whole microseconds, which is what `describe` keeps. */
export function roundedMs(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
