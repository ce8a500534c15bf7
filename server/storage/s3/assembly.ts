/** Makes the chunks of a file one object, inside the object store wherever its rules allow it. */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { LostChunks, PartialPlan } from '../store.ts'
import type { S3Bucket } from './bucket.ts'
import { type ChunkSource, chunksAreParts, type S3Inventory, sourcesOf } from './inventory.ts'
import type { S3Multipart, S3Range, S3Upload } from './multipart.ts'
import type { ObjectKeys } from './object-keys.ts'
import { inParallel } from './parallel.ts'
import { groupRanges } from './part-groups.ts'
import type { S3Partials } from './partials.ts'
import { streamRanges } from './read-ranges.ts'

const partsAtOnce = 3
/** Smaller files are assembled in memory, bytes. */
const smallBytes = 8 * 1024 * 1024

export class S3Assembly {
  readonly #bucket: S3Bucket
  readonly #multipart: S3Multipart
  readonly #partials: S3Partials
  readonly #keys: ObjectKeys

  constructor(bucket: S3Bucket, multipart: S3Multipart, partials: S3Partials, keys: ObjectKeys) {
    this.#bucket = bucket
    this.#multipart = multipart
    this.#partials = partials
    this.#keys = keys
  }

  /** @returns the etag of the whole, or the chunks that are missing */
  async assemble(taskId: string, plan: PartialPlan): Promise<string | LostChunks> {
    const key = this.#keys.whole(taskId)
    if (plan.size === 0) await this.#bucket.putBytes(key, new Uint8Array())
    else {
      const inventory = await this.#partials.inventory(taskId)
      const sources = sourcesOf(inventory, plan)
      const lost = sources.flatMap((source, chunkIndex) => (source === undefined ? [chunkIndex] : []))
      if (lost.length > 0) return { lost }
      const { whole } = inventory
      if (whole?.size === plan.size && sources.every((source) => source?.kind === 'whole')) return whole.etag
      await this.#make(
        key,
        plan,
        inventory,
        sources.filter((source) => source !== undefined),
      )
      await this.#partials.clear(inventory)
    }
    const made = await this.#bucket.head(key)
    if (made?.size === plan.size) return made.etag
    throw new UploadError('storage-failed', 'The object storage assembled the chunks into a different file.')
  }

  async #make(
    key: string,
    plan: PartialPlan,
    inventory: S3Inventory,
    sources: readonly ChunkSource[],
  ): Promise<void> {
    // A growing file may turn out to be one chunk, which became a part because more could have followed.
    if (chunksAreParts(plan) || sources.some(({ kind }) => kind === 'part'))
      return this.#fromParts(inventory.upload ?? (await this.#multipart.create(key)), sources)
    const ranges = sources.flatMap((source) => (source.kind === 'part' ? [] : source.ranges))
    if (plan.size > smallBytes) return this.#fromRanges(key, plan.size, ranges)
    const pieces: Uint8Array[] = []
    for await (const piece of streamRanges(this.#bucket, ranges)) pieces.push(piece)
    await this.#bucket.putBytes(key, Buffer.concat(pieces))
  }

  /** Chunk n is part n + 1; chunks that are not parts yet become parts now. */
  async #fromParts(upload: S3Upload, sources: readonly ChunkSource[]): Promise<void> {
    const parts = sources.map((source, index) => ({
      number: index + 1,
      etag: source.kind === 'part' ? source.part.etag : '',
    }))
    await inParallel(sources.entries(), partsAtOnce, async ([index, source]) => {
      const part = parts[index]
      if (source.kind !== 'part' && part)
        part.etag = await this.#putRanges(upload, part.number, source.ranges)
    })
    await this.#complete(
      upload,
      parts.filter((part) => part.etag !== ''),
    )
  }

  async #fromRanges(key: string, size: number, ranges: readonly S3Range[]): Promise<void> {
    const upload = await this.#multipart.create(key)
    const groups = groupRanges(ranges, size)
    const parts = groups.map((_, index) => ({ number: index + 1, etag: '' }))
    try {
      await inParallel(groups.entries(), partsAtOnce, async ([index, group]) => {
        const part = parts[index]
        if (part) part.etag = await this.#putRanges(upload, part.number, group)
      })
      await this.#complete(upload, parts)
    } catch (thrown) {
      // The next attempt starts its own upload; if this fails too, clean-up finds the abandoned one.
      await this.#multipart.abort(upload).catch(() => undefined)
      throw thrown
    }
  }

  /** @returns the part's etag; empty for no bytes, which need no part */
  async #putRanges(upload: S3Upload, number: number, ranges: readonly S3Range[]): Promise<string> {
    const [first, ...others] = ranges.filter((range) => range.length > 0)
    if (first === undefined) return ''
    if (others.length === 0) return this.#multipart.copy(upload, number, first)
    const length = ranges.reduce((sum, range) => sum + range.length, 0)
    const body = streamRanges(this.#bucket, ranges)
    const { signal } = new AbortController()
    return this.#multipart.putStream(upload, number, { body, length, sha256: undefined, signal })
  }

  async #complete(upload: S3Upload, parts: readonly { number: number; etag: string }[]): Promise<void> {
    if ((await this.#multipart.complete(upload, parts)) !== undefined) return
    const message = 'The object storage ended the upload of this file. Complete it again.'
    throw new UploadError('storage-failed', message)
  }
}
