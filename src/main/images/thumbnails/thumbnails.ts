/** Small pictures of the files on the list, and what the photos tell of themselves: made when asked for, in a lane of their own. */
import { rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import PQueue from 'p-queue'
import { hasPreview, kindOf } from '../../../shared/file-kinds.ts'
import type { PhotoFacts } from '../../../shared/photo-facts.ts'
import { UploadError } from '../../../shared/protocol/errors.ts'
import type { ThumbnailSize } from '../../../shared/thumbnails.ts'
import { type SourceRef, type SourceStamp, stampSource } from '../../intake/source-file.ts'
import type { ImageProgram } from '../processes/image-process.ts'
import { type PoolLimits, ProcessPool } from '../processes/process-pool.ts'
import { ThumbnailCache, thumbnailKey } from './thumbnail-cache.ts'
import {
  type SourceKind,
  type ThumbnailJob,
  type ThumbnailResult,
  thumbnailResultSchema,
} from './thumbnail-job.ts'

export interface ThumbnailOptions {
  readonly program: ImageProgram
  /** Absolute path of the folder that keeps the cache. */
  readonly stateDir: string
  /** Bytes of the cache. */
  readonly maxBytes?: number
  readonly limits?: Partial<PoolLimits>
}

/** A picture, and a name for it that changes when it does. */
export interface Thumbnail {
  readonly key: string
  readonly webp: Buffer
}

const usualLimits: PoolLimits = {
  timeoutMs: 20_000,
  rssBytes: 1024 ** 3,
  // Conversions and the window need the other cores.
  processes: Math.min(3, Math.max(1, Math.floor(availableParallelism() / 2))),
  imagesPerProcess: 500,
  idleMs: 30_000,
}
const usualBytes = 256 * 2 ** 20
/** More than every window can show: whoever asks for more at once asks for no window. */
const maxWaiting = 300
/** Files of which no thumbnail can be made and that are not tried again until the next start. */
const maxFailedKeys = 10_000

interface ThumbnailRequest {
  readonly key: string
  readonly source: SourceRef & SourceStamp
  readonly sourceKind: SourceKind
  readonly size: ThumbnailSize
}

interface PendingThumbnail {
  readonly made: Promise<Thumbnail | null>
  /** How many requests still want it. */
  readonly demand: { wanted: number }
}

export class Thumbnails {
  readonly #cache: ThumbnailCache
  readonly #pool: ProcessPool<ThumbnailJob, ThumbnailResult>
  readonly #queue: PQueue
  readonly #making = new Map<string, PendingThumbnail>()
  readonly #failedKeys = new Set<string>()
  readonly #closing = new AbortController()

  /** No process is started and nothing is read before the first request. */
  constructor({ program, stateDir, maxBytes = usualBytes, limits }: ThumbnailOptions) {
    this.#cache = new ThumbnailCache(stateDir, maxBytes)
    const bounds = { ...usualLimits, ...limits }
    this.#pool = new ProcessPool<ThumbnailJob, ThumbnailResult>(program, thumbnailResultSchema, bounds)
    this.#queue = new PQueue({ concurrency: bounds.processes })
  }

  /**
   * A file's picture; requests for the same one share the work, and one that was aborted before its turn costs nothing.
   * @param source a file as the list knows it; what is there now counts, and where it has gone, what was kept of it
   * @returns null where there is nothing to show: the file is of another kind, damaged, or gone
   * @throws UploadError `too-many-requests`
   */
  async picture(
    source: SourceRef & SourceStamp,
    size: ThumbnailSize,
    signal: AbortSignal,
  ): Promise<Thumbnail | null> {
    const sourceKind = sourceKindOf(source)
    if (sourceKind === null) return null
    const stamp = await stampSource(source).catch(() => null)
    const version = { ...source, ...stamp }
    const key = thumbnailKey(version, size)
    const kept = await this.#cache.find(key)
    if (kept !== null) return { key, webp: kept }
    if (stamp === null || this.#failedKeys.has(key)) return null
    return this.#join({ key, source: version, sourceKind, size }, signal)
  }

  /**
   * What a photo tells of itself; null for what is no photo, cannot be read or has gone.
   * @throws UploadError `too-many-requests`
   */
  async facts(source: SourceRef): Promise<PhotoFacts | null> {
    const sourceKind = sourceKindOf(source)
    if (sourceKind === null || (await stampSource(source).catch(() => null)) === null) return null
    const job = { kind: 'facts', sourcePath: source.sourcePath, sourceKind } as const
    this.#assertRoom()
    const work = () => this.#pool.run(job, this.#closing)
    const result = await this.#queue.add(work, { priority: 1 })
    return result.kind === 'facts' ? result.facts : null
  }

  /** Ends the work and its processes. */
  async close(): Promise<void> {
    this.#closing.abort(new UploadError('server-closing', 'PhotoFerry is closing.'))
    await this.#pool.close()
    await this.#queue.onIdle()
  }

  async #join(request: ThumbnailRequest, signal: AbortSignal): Promise<Thumbnail | null> {
    const making = this.#making.get(request.key) ?? this.#begin(request)
    making.demand.wanted++
    const leave = () => {
      making.demand.wanted--
    }
    if (signal.aborted) leave()
    else signal.addEventListener('abort', leave, { once: true })
    try {
      return await making.made
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  #begin(request: ThumbnailRequest): PendingThumbnail {
    this.#assertRoom()
    const demand = { wanted: 0 }
    // Not at once: whoever asks is counted right after this.
    const work = async () => {
      await Promise.resolve()
      return demand.wanted > 0 ? this.#make(request) : null
    }
    const made = this.#queue.add(work)
    const making: PendingThumbnail = { demand, made }
    this.#making.set(request.key, making)
    const forget = () => this.#making.delete(request.key)
    made.then(forget, forget)
    return making
  }

  async #make({ key, source, sourceKind, size }: ThumbnailRequest): Promise<Thumbnail | null> {
    const targetPath = this.#cache.draft()
    try {
      const { sourcePath } = source
      const job = { kind: 'thumbnail', sourcePath, targetPath, size, sourceKind } as const
      const result = await this.#pool.run(job, this.#closing)
      if (result.kind === 'problem') this.#rememberFailure(key)
      // What was read while the file changed is the picture of neither version.
      if (result.kind !== 'made' || !isSame(source, await stampSource(source))) return null
      await this.#cache.keep(key, targetPath)
    } catch {
      // The file went, or the disk is full: an icon will do.
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

const isSame = (a: SourceStamp, b: SourceStamp) => a.size === b.size && a.mtimeMs === b.mtimeMs

/** By its name alone: what its bytes make of it the worker finds out. Null: an icon stands for it. */
function sourceKindOf({ relativePath }: SourceRef): SourceKind | null {
  const kind = kindOf(relativePath)
  if (!hasPreview(kind)) return null
  if (kind.group === 'raw') return 'raw'
  return kind.format === 'heic' ? 'heic' : 'photo'
}
