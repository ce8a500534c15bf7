/**
 * The store in a bucket of an S3-compatible object store. Chunks go to the bucket as they come in, are made one there,
 * read back once to be verified, and copied there to their name: no file is ever whole on this machine. Stands between
 * the use cases and the S3 protocol.
 */
import { createHash, type Hash } from 'node:crypto'
import type { S3Client } from '@aws-sdk/client-s3'
import type {
  ChunkPlace,
  ChunkWriter,
  LostChunks,
  OnBytes,
  PartialPlan,
  SealedPartial,
  Store,
  StoredContent,
  StoredStat,
} from '../store.ts'
import { S3Assembly } from './assembly.ts'
import { S3Bucket } from './bucket.ts'
import type { S3Location } from './bucket-url.ts'
import { codedS3 } from './errors.ts'
import { chainOf } from './inventory.ts'
import { S3Multipart, type S3Range } from './multipart-uploads.ts'
import { S3Keys } from './object-keys.ts'
import { S3Partials } from './partials.ts'
import { readRanges } from './read-ranges.ts'
import { createS3Client } from './s3-client.ts'
import { explainStart } from './start-errors.ts'
import { allOf, contentOf, roundedMs, S3Library } from './stored-files.ts'

export interface S3StoreOptions {
  readonly location: S3Location
  /** In the place of one that the location describes; closed with the store. */
  readonly client?: S3Client
  /** ms since 1970. */
  readonly now?: () => number
}

/** Opens the store and looks whether its bucket can be used. @throws UploadError with one sentence for whoever starts the server */
export async function openS3Store({ location, client, now }: S3StoreOptions): Promise<Store> {
  const opened = client ?? createS3Client(location)
  const bucket = new S3Bucket(opened, location.bucket)
  try {
    await bucket.hasAny(location.prefix)
  } catch (thrown) {
    opened.destroy()
    throw explainStart(location, thrown)
  }
  return new S3Store(bucket, new S3Keys(location.prefix), now ?? Date.now)
}

class S3Store implements Store {
  readonly isShared = true
  readonly #bucket: S3Bucket
  readonly #keys: S3Keys
  readonly #now: () => number
  readonly #partials: S3Partials
  readonly #assembly: S3Assembly
  readonly #library: S3Library

  constructor(bucket: S3Bucket, keys: S3Keys, now: () => number) {
    const multipart = new S3Multipart(bucket)
    this.#bucket = bucket
    this.#keys = keys
    this.#now = now
    this.#partials = new S3Partials(bucket, multipart, keys)
    this.#assembly = new S3Assembly(bucket, multipart, this.#partials, keys)
    this.#library = new S3Library(bucket, multipart, keys)
  }

  async openChunk(place: ChunkPlace): Promise<ChunkWriter> {
    return this.#partials.openChunk(place)
  }

  hasPartial(taskId: string): Promise<boolean> {
    return codedS3(() => this.#bucket.hasAny(this.#keys.partial(taskId)))
  }

  async partialSize(taskId: string): Promise<number | undefined> {
    const ranges = await codedS3(() => this.#rangesOf(taskId))
    return ranges?.reduce((sum, range) => sum + range.length, 0)
  }

  sealPartial(
    taskId: string,
    plan: PartialPlan,
    lastModifiedMs: number | undefined,
  ): Promise<SealedPartial | LostChunks> {
    return codedS3(async () => {
      const version = await this.#assembly.assemble(taskId, plan)
      if (typeof version !== 'string') return version
      return { size: plan.size, mtimeMs: roundedMs(lastModifiedMs ?? this.#now()), version }
    })
  }

  partialMd5(taskId: string, { size, version }: SealedPartial, onBytes: OnBytes): Promise<string> {
    const whole = { key: this.#keys.whole(taskId), size, etag: version ?? '' }
    return codedS3(() => this.#library.md5(whole, onBytes))
  }

  partialChunkDigests(taskId: string, chunkSize: number): Promise<readonly string[]> {
    return codedS3(async () => {
      const whole = await this.#bucket.head(this.#keys.whole(taskId))
      const digests: string[] = []
      for (let start = 0; whole && start < whole.size; start += chunkSize) {
        const length = Math.min(chunkSize, whole.size - start)
        const hash = createHash('sha256')
        await hashRange(this.#bucket, { ...allOf(whole), start, length }, hash)
        digests.push(hash.digest('hex'))
      }
      return digests
    })
  }

  publish(taskId: string, path: string, sealed: SealedPartial): Promise<'published' | 'taken'> {
    return codedS3(() => this.#library.publish(taskId, path, sealed))
  }

  isPublishedAs(taskId: string, path: string): Promise<boolean> {
    return codedS3(() => this.#library.isPublishedAs(taskId, path))
  }

  /** What the store has answered for is durable. */
  async settle(): Promise<void> {}

  discardPartial(taskId: string): Promise<void> {
    return codedS3(() => this.#partials.discard(taskId))
  }

  partials(): Promise<readonly string[]> {
    return codedS3(() => this.#partials.ids())
  }

  stat(path: string): Promise<StoredStat | undefined> {
    return codedS3(() => this.#library.stat(path))
  }

  fileMd5(path: string, onBytes: OnBytes): Promise<string> {
    return codedS3(async () => this.#library.md5(await this.#bucket.head(this.#keys.file(path)), onBytes))
  }

  readPartial(taskId: string): Promise<StoredContent | undefined> {
    return codedS3(async () => {
      const ranges = await this.#rangesOf(taskId)
      return ranges && contentOf(this.#bucket, ranges, this.#now())
    })
  }

  copyToPartial(path: string, taskId: string): Promise<boolean> {
    return codedS3(async () => {
      await this.#partials.discard(taskId)
      return this.#library.copyToPartial(path, taskId)
    })
  }

  read(path: string): Promise<StoredContent | undefined> {
    return codedS3(() => this.#library.read(path))
  }

  /** A bucket has no end that could be asked for; when it is full it says so. */
  async freeBytes(): Promise<number> {
    return Number.POSITIVE_INFINITY
  }

  async close(): Promise<void> {
    this.#bucket.client.destroy()
  }

  /** Where the bytes of a partial are that one chunk makes up; undefined when there is none. */
  async #rangesOf(taskId: string): Promise<readonly S3Range[] | undefined> {
    const { whole, pieces } = await this.#partials.inventory(taskId)
    const chain = pieces.get(0)
    return whole ? [allOf(whole)] : chain && chainOf(chain)
  }
}

async function hashRange(bucket: S3Bucket, range: S3Range, hash: Hash): Promise<void> {
  for await (const piece of readRanges(bucket, [range])) hash.update(piece)
}
