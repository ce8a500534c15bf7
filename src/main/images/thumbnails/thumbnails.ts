/** Thumbnails of the files on the list, and the facts that photos hold (camera, exposure …): made on demand, in a separate pool. */
import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import PQueue from 'p-queue'
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { UploadError } from '../../../shared/protocol/errors.ts'
import type { ThumbnailSize } from '../../../shared/thumbnails.ts'
import { type SourceRef, stampSource } from '../../intake/source-file.ts'
import type { ImageProgram } from '../processes/image-process.ts'
import { type PoolLimits, ProcessPool } from '../processes/process-pool.ts'
import { factsKindOf, pictureKindOf, type SourceKind } from '../source-kind.ts'
import { type PictureSource, type PictureVersion, ThumbnailCache, thumbnailKey } from './thumbnail-cache.ts'
import { type ThumbnailJob, type ThumbnailResult, thumbnailResultSchema } from './thumbnail-job.ts'

export interface ThumbnailOptions {
  readonly program: ImageProgram
  /** Absolute path of the folder that holds the cache. */
  readonly stateDir: string
  /** Of the cache on disk. */
  readonly maxBytes?: number
  readonly limits?: Partial<PoolLimits>
}

export interface Thumbnail {
  /** Changes when the picture does. */
  readonly key: string
  readonly webp: Buffer
}

const defaultLimits: PoolLimits = {
  timeoutMs: 20_000,
  rssBytes: 1024 ** 3,
  // Conversions and the window need the other cores.
  processes: Math.min(3, Math.max(1, Math.floor(availableParallelism() / 2))),
  imagesPerProcess: 500,
  idleMs: 30_000,
}
const defaultMaxBytes = 256 * 2 ** 20
/** More than any window can show: a client that asks for more at once is not a window. */
const maxWaiting = 300
/** Files that no thumbnail can be made of; they are not tried again until the next start. */
const maxFailedKeys = 10_000

interface ThumbnailRequest {
  readonly key: string
  readonly source: PictureSource
  readonly sourceKind: SourceKind
  readonly size: ThumbnailSize
}

interface PendingThumbnail {
  readonly thumbnail: Promise<Thumbnail | null>
  /** How many callers still want it. */
  callers: number
}

export class Thumbnails {
  readonly #cache: ThumbnailCache
  readonly #pool: ProcessPool<ThumbnailJob, ThumbnailResult>
  readonly #queue: PQueue
  readonly #pending = new Map<string, PendingThumbnail>()
  readonly #failedKeys = new Set<string>()
  readonly #closing = new AbortController()

  /** Starts no process and reads nothing before the first request. */
  constructor({ program, stateDir, maxBytes = defaultMaxBytes, limits }: ThumbnailOptions) {
    this.#cache = new ThumbnailCache(stateDir, maxBytes)
    const poolLimits = { ...defaultLimits, ...limits }
    this.#pool = new ProcessPool<ThumbnailJob, ThumbnailResult>(program, thumbnailResultSchema, poolLimits)
    this.#queue = new PQueue({ concurrency: poolLimits.processes })
  }

  /**
   * A file's thumbnail. Requests for the same one share the work; one that is aborted before its turn costs nothing.
   * @param source a file as the list knows it. What is on disk now counts; if the file is gone, the cached thumbnail does
   * @returns null if there is nothing to show: the file is of another kind, damaged, or gone
   * @throws UploadError `too-many-requests`
   */
  async picture(source: PictureSource, size: ThumbnailSize, signal: AbortSignal): Promise<Thumbnail | null> {
    const sourceKind = pictureKindOf(source)
    if (sourceKind === null) return null
    const stamp = await stampSource(source).catch(() => null)
    const version = { ...source, ...stamp }
    const key = thumbnailKey(version, size)
    const cached = await this.#cache.find(key)
    if (cached !== null) return { key, webp: cached }
    if (stamp === null || this.#failedKeys.has(key)) return null
    return this.#share({ key, source: version, sourceKind, size }, signal)
  }

  /**
   * What a photo or a clip says about itself; null if it is neither, cannot be read, or is gone.
   * @throws UploadError `too-many-requests`
   */
  async facts(source: SourceRef): Promise<PhotoFacts | null> {
    const sourceKind = factsKindOf(source)
    if (sourceKind === null || (await stampSource(source).catch(() => null)) === null) return null
    const job = { kind: 'facts', sourcePath: source.sourcePath, sourceKind } as const
    this.#assertRoom()
    const result = await this.#queue.add(() => this.#pool.run(job, this.#closing), { priority: 1 })
    return result.kind === 'facts' ? result.facts : null
  }

  /** Ends the work and its processes. */
  async close(): Promise<void> {
    this.#closing.abort(new UploadError('server-closing', 'PhotoFerry is closing.'))
    await this.#pool.close()
    await this.#queue.onIdle()
  }

  /** Joins a request that is pending for the same thumbnail, or starts one. */
  async #share(request: ThumbnailRequest, signal: AbortSignal): Promise<Thumbnail | null> {
    const pending = this.#pending.get(request.key) ?? this.#enqueue(request)
    pending.callers++
    const leave = () => {
      pending.callers--
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
    try {
      return await pending.thumbnail
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #enqueue(request: ThumbnailRequest): PendingThumbnail {
    this.#assertRoom()
    const thumbnail = this.#queue.add(async () => {
      // The caller counts itself right after this method returns.
      await Promise.resolve()
      return pending.callers > 0 ? this.#make(request) : null
    })
    const pending: PendingThumbnail = { thumbnail, callers: 0 }
    this.#pending.set(request.key, pending)
    const forget = () => this.#pending.delete(request.key)
    thumbnail.then(forget, forget)
    return pending
  }

  async #make({ key, source, sourceKind, size }: ThumbnailRequest): Promise<Thumbnail | null> {
    const targetPath = this.#cache.draftPath()
    try {
      const { sourcePath } = source
      const job = { kind: 'thumbnail', sourcePath, targetPath, size, sourceKind } as const
      const result = await this.#pool.run(job, this.#closing)
      if (result.kind === 'problem') this.#rememberFailure(key)
      // If the file changed while it was read, the picture is of neither version.
      if (result.kind !== 'made' || !isSameVersion(source, await stampSource(source))) return null
      await this.#cache.add(key, targetPath)
    } catch {
      // The file is gone, or the disk is full: an icon will do.
      return null
    } finally {
      await rm(targetPath, { force: true })
    }
    const webp = await this.#cache.find(key)
    return webp && { key, webp }
  }

  #assertRoom(): void {
    if (this.#queue.size < maxWaiting) return
    throw new UploadError('too-many-requests', 'Too many thumbnails were asked for at once: ask again.')
  }

  #rememberFailure(key: string): void {
    if (this.#failedKeys.size >= maxFailedKeys) this.#failedKeys.clear()
    this.#failedKeys.add(key)
  }
}

const isSameVersion = (a: PictureVersion, b: PictureVersion) => a.size === b.size && a.mtimeMs === b.mtimeMs
