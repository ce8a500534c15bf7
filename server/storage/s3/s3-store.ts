/**
 * The store in a bucket of an S3-compatible object store. Chunks are sent to the bucket as they arrive, assembled there,
 * read back once for verification, and copied to their name: no file is ever on this machine as a whole.
 */
import type { S3Client } from '@aws-sdk/client-s3'
import type { ChunkDigest } from '../../../src/shared/protocol/wire.ts'
import { type ChunkHash, createChunkHash, type FileDigests } from '../../digests.ts'
import type {
  ChunkWrite,
  ChunkWriter,
  LostChunks,
  OnBytes,
  PartialPlan,
  SealedPartial,
  Store,
  StoredContent,
  StoredFileStat,
  WholeFile,
} from '../store.ts'
import { orStopped, type Throttle } from '../throttle.ts'
import { S3Assembly } from './assembly.ts'
import { S3Bucket } from './bucket.ts'
import type { BucketAddress } from './bucket-url.ts'
import { coded, openError } from './errors.ts'
import { chainOf } from './inventory.ts'
import { S3Multipart, type S3Range } from './multipart.ts'
import { ObjectKeys } from './object-keys.ts'
import { S3Partials } from './partials.ts'
import { readRanges } from './read-ranges.ts'
import { createS3Client } from './s3-client.ts'
import { allOf, contentOf, roundedMs, S3StoredFiles } from './stored-files.ts'

export interface S3StoreOptions {
  readonly address: BucketAddress
  /** Replaces the client for that address; closed with the store. */
  readonly client?: S3Client
  /** ms since 1970. */
  readonly now?: () => number
}

/** Opens the store and checks that its bucket can be used. @throws UploadError with one sentence for the person who starts the server */
export async function openS3Store({ address, client, now }: S3StoreOptions): Promise<Store> {
  const opened = client ?? createS3Client(address)
  const bucket = new S3Bucket(opened, address.bucket)
  try {
    await bucket.hasAny(address.prefix)
  } catch (thrown) {
    opened.destroy()
    throw openError(address, thrown)
  }
  return new S3Store(bucket, new ObjectKeys(address.prefix), now ?? Date.now)
}

class S3Store implements Store {
  readonly isShared = true
  /** The object store refuses other bytes than those of a request's SHA-256. */
  readonly chunkDigest = 'sha-256'
  readonly arrivals = null
  readonly #bucket: S3Bucket
  readonly #keys: ObjectKeys
  readonly #now: () => number
  readonly #partials: S3Partials
  readonly #assembly: S3Assembly
  readonly #files: S3StoredFiles

  constructor(bucket: S3Bucket, keys: ObjectKeys, now: () => number) {
    const multipart = new S3Multipart(bucket)
    this.#bucket = bucket
    this.#keys = keys
    this.#now = now
    this.#partials = new S3Partials(bucket, multipart, keys)
    this.#assembly = new S3Assembly(bucket, multipart, this.#partials, keys)
    this.#files = new S3StoredFiles(bucket, multipart, keys)
  }

  async openChunk(chunk: ChunkWrite): Promise<ChunkWriter> {
    return this.#partials.openChunk(chunk)
  }

  /** The object store refuses other bytes than those of the request's digest, so nothing is looked up. */
  async writeWhole({ taskId, size, pieces, lastModifiedMs }: WholeFile): Promise<SealedPartial> {
    const version = await coded(() => this.#partials.putWhole(taskId, Buffer.concat(pieces)))
    return { size, mtimeMs: roundedMs(lastModifiedMs ?? this.#now()), version }
  }

  hasPartial(taskId: string): Promise<boolean> {
    return coded(() => this.#bucket.hasAny(this.#keys.partial(taskId)))
  }

  async partialSize(taskId: string): Promise<number | undefined> {
    const ranges = await coded(() => this.#rangesOf(taskId))
    return ranges?.reduce((sum, range) => sum + range.length, 0)
  }

  sealPartial(
    taskId: string,
    plan: PartialPlan,
    lastModifiedMs: number | undefined,
  ): Promise<SealedPartial | LostChunks> {
    return coded(async () => {
      const version = await this.#assembly.assemble(taskId, plan)
      if (typeof version !== 'string') return version
      return { size: plan.size, mtimeMs: roundedMs(lastModifiedMs ?? this.#now()), version }
    })
  }

  partialDigests(taskId: string, { size, version }: SealedPartial, onBytes: OnBytes): Promise<FileDigests> {
    const whole = { key: this.#keys.whole(taskId), size, etag: version ?? '' }
    return coded(() => this.#files.digests(whole, onBytes))
  }

  partialChunkDigests(
    taskId: string,
    chunkSize: number,
    algorithms: readonly (ChunkDigest | undefined)[],
  ): Promise<readonly string[]> {
    return coded(async () => {
      const whole = await this.#bucket.head(this.#keys.whole(taskId))
      const digests: string[] = []
      for (let start = 0; whole && start < whole.size; start += chunkSize) {
        const length = Math.min(chunkSize, whole.size - start)
        const hash = createChunkHash(algorithms[digests.length] ?? 'crc32c')
        await hashRange(this.#bucket, { ...allOf(whole), start, length }, hash)
        digests.push(hash.digest())
      }
      return digests
    })
  }

  publish(taskId: string, path: string, sealed: SealedPartial): Promise<'published' | 'taken'> {
    return coded(() => this.#files.publish(taskId, path, sealed))
  }

  isPublishedAs(taskId: string, path: string): Promise<boolean> {
    return coded(() => this.#files.isPublishedAs(taskId, path))
  }

  /** An object is durable once the store has answered. */
  async makeDurable(): Promise<boolean> {
    return true
  }

  /** Nothing fails to sync here: an object is stored as a whole or not at all. */
  async unpublish(): Promise<void> {}

  discardPartial(taskId: string): Promise<void> {
    return coded(() => this.#partials.discard(taskId))
  }

  partials(): Promise<readonly string[]> {
    return coded(() => this.#partials.ids())
  }

  stat(path: string): Promise<StoredFileStat | undefined> {
    return coded(() => this.#files.stat(path))
  }

  fileDigests(path: string, onBytes: OnBytes, throttle?: Throttle): Promise<FileDigests> {
    const read = async () =>
      this.#files.digests(await this.#bucket.head(this.#keys.file(path)), onBytes, throttle)
    return orStopped(throttle, () => coded(read))
  }

  setAside(taskId: string, path: string): Promise<string | undefined> {
    return coded(() => this.#files.setAside(taskId, path))
  }

  readPartial(taskId: string): Promise<StoredContent | undefined> {
    return coded(async () => {
      const ranges = await this.#rangesOf(taskId)
      return ranges && contentOf(this.#bucket, ranges, this.#now())
    })
  }

  copyToPartial(path: string, taskId: string): Promise<boolean> {
    return coded(async () => {
      await this.#partials.discard(taskId)
      return this.#files.copyToPartial(path, taskId)
    })
  }

  read(path: string): Promise<StoredContent | undefined> {
    return coded(() => this.#files.read(path))
  }

  /** A bucket cannot be asked how much room it has; it reports when it is full. */
  async freeBytes(): Promise<number> {
    return Number.POSITIVE_INFINITY
  }

  async close(): Promise<void> {
    this.#bucket.client.destroy()
  }

  /** The bytes of a partial that consists of one chunk; undefined when there is none. */
  async #rangesOf(taskId: string): Promise<readonly S3Range[] | undefined> {
    const { whole, pieces } = await this.#partials.inventory(taskId)
    const chain = pieces.get(0)
    return whole ? [allOf(whole)] : chain && chainOf(chain)
  }
}

async function hashRange(bucket: S3Bucket, range: S3Range, hash: ChunkHash): Promise<void> {
  for await (const piece of readRanges(bucket, [range])) hash.update(piece)
}
