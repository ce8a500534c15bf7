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
import { ImageLane, type LaneLimits } from '../processes/process-pool.ts'
import { ThumbnailCache, thumbnailKey } from './thumbnail-cache.ts'
import {
  type ReadingWay,
  type ThumbnailJob,
  type ThumbnailResult,
  thumbnailResultSchema,
} from './thumbnail-job.ts'

export interface ThumbnailOptions {
  readonly program: ImageProgram
  /** Absolute path of the folder that keeps the cache. */
  readonly stateDir: string
  /** Bytes of the cache. */
  readonly mostBytes?: number
  readonly limits?: Partial<LaneLimits>
}

/** A picture, and a name for it that changes when it does. */
export interface Thumbnail {
  readonly key: string
  readonly webp: Buffer
}

const usualLimits: LaneLimits = {
  timeoutMs: 20_000,
  rssBytes: 1024 ** 3,
  // Conversions and the window need the other cores.
  children: Math.min(3, Math.max(1, Math.floor(availableParallelism() / 2))),
  imagesPerChild: 500,
  idleMs: 30_000,
}
const usualBytes = 256 * 2 ** 20
/** More than every window can show: whoever asks for more at once asks for no window. */
const mostWaiting = 300
/** Files of which no thumbnail can be made and that are not tried again until the next start. */
const mostHopeless = 10_000

interface Wish {
  readonly key: string
  readonly source: SourceRef & SourceStamp
  readonly way: ReadingWay
  readonly size: ThumbnailSize
}

interface Making {
  readonly made: Promise<Thumbnail | null>
  /** How many requests still want it. */
  readonly demand: { wanted: number }
}

export class Thumbnails {
  readonly #cache: ThumbnailCache
  readonly #lane: ImageLane<ThumbnailJob, ThumbnailResult>
  readonly #turns: PQueue
  readonly #making = new Map<string, Making>()
  readonly #hopeless = new Set<string>()
  readonly #closing = new AbortController()

  /** No process is started and nothing is read before the first request. */
  constructor({ program, stateDir, mostBytes = usualBytes, limits }: ThumbnailOptions) {
    this.#cache = new ThumbnailCache(stateDir, mostBytes)
    const bounds = { ...usualLimits, ...limits }
    this.#lane = new ImageLane<ThumbnailJob, ThumbnailResult>(program, thumbnailResultSchema, bounds)
    this.#turns = new PQueue({ concurrency: bounds.children })
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
    const way = wayOf(source)
    if (way === null) return null
    const stamp = await stampSource(source).catch(() => null)
    const version = { ...source, ...stamp }
    const key = thumbnailKey(version, size)
    const kept = await this.#cache.find(key)
    if (kept !== null) return { key, webp: kept }
    if (stamp === null || this.#hopeless.has(key)) return null
    return this.#join({ key, source: version, way, size }, signal)
  }

  /**
   * What a photo tells of itself; null for what is no photo, cannot be read or has gone.
   * @throws UploadError `too-many-requests`
   */
  async facts(source: SourceRef): Promise<PhotoFacts | null> {
    const way = wayOf(source)
    if (way === null || (await stampSource(source).catch(() => null)) === null) return null
    const job = { kind: 'facts', sourcePath: source.sourcePath, way } as const
    this.#assertRoom()
    const work = () => this.#lane.run(job, this.#closing)
    const result = await this.#turns.add(work, { priority: 1 })
    return result.kind === 'facts' ? result.facts : null
  }

  /** Ends the work and its processes. */
  async close(): Promise<void> {
    this.#closing.abort(new UploadError('server-closing', 'PhotoFerry is closing.'))
    await this.#lane.close()
    await this.#turns.onIdle()
  }

  async #join(wish: Wish, signal: AbortSignal): Promise<Thumbnail | null> {
    const making = this.#making.get(wish.key) ?? this.#begin(wish)
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

  #begin(wish: Wish): Making {
    this.#assertRoom()
    const demand = { wanted: 0 }
    // Not at once: whoever asks is counted right after this.
    const work = async () => {
      await Promise.resolve()
      return demand.wanted > 0 ? this.#make(wish) : null
    }
    const made = this.#turns.add(work)
    const making: Making = { demand, made }
    this.#making.set(wish.key, making)
    const forget = () => this.#making.delete(wish.key)
    made.then(forget, forget)
    return making
  }

  async #make({ key, source, way, size }: Wish): Promise<Thumbnail | null> {
    const targetPath = this.#cache.draft()
    try {
      const { sourcePath } = source
      const job = { kind: 'thumbnail', sourcePath, targetPath, size, way } as const
      const result = await this.#lane.run(job, this.#closing)
      if (result.kind === 'problem') this.#noteHopeless(key)
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
    if (this.#turns.size < mostWaiting) return
    throw new UploadError('too-many-requests', 'Too many thumbnails were asked for at once: ask again.')
  }

  #noteHopeless(key: string): void {
    if (this.#hopeless.size >= mostHopeless) this.#hopeless.clear()
    this.#hopeless.add(key)
  }
}

const isSame = (a: SourceStamp, b: SourceStamp) => a.size === b.size && a.mtimeMs === b.mtimeMs

/** By its name alone: what its bytes make of it the worker finds out. Null: an icon stands for it. */
function wayOf({ relativePath }: SourceRef): ReadingWay | null {
  const kind = kindOf(relativePath)
  if (!hasPreview(kind)) return null
  if (kind.group === 'raw') return 'raw'
  return kind.format === 'heic' ? 'heic' : 'photo'
}
