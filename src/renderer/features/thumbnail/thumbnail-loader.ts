/** Fetches thumbnails a few at a time, newest request first, and caches the last ones. Knows no React. */
import type { ThumbnailSize } from '../../../shared/thumbnails.ts'

export interface LoaderHost {
  /** @returns null where the file has no thumbnail */
  fetch(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<Blob | null>
  createUrl(picture: Blob): string
  revokeUrl(url: string): void
  now(): number
}

interface PendingRequest {
  readonly key: string
  readonly signal: AbortSignal
  readonly start: () => Promise<void>
  readonly drop: () => void
}

interface CachedThumbnail {
  /** Null where the file has no thumbnail. */
  readonly url: string | null
  readonly sinceMs: number
}

/** A page opens at most six connections to one origin; a request that waits here can still be dropped. */
const atOnce = 4
/** Each object URL keeps its image in memory: some 20 MB at worst. */
const mostCached = 400
/** A file without a thumbnail may get one when its disk is plugged in again. */
const absenceKeptMs = 30_000

export class ThumbnailLoader {
  readonly #host: LoaderHost
  readonly #cache = new Map<string, CachedThumbnail>()
  /** Newest last. */
  readonly #waiting: PendingRequest[] = []
  #running = 0

  constructor(host: LoaderHost) {
    this.#host = host
  }

  /** The cached answer: an object URL, null where the file has no thumbnail, undefined where nothing is cached. */
  known(itemId: string, size: ThumbnailSize): string | null | undefined {
    const key = keyOf(itemId, size)
    const found = this.#cache.get(key)
    if (found === undefined) return undefined
    if (found.url === null && this.#host.now() - found.sinceMs > absenceKeptMs) return undefined
    this.#cache.delete(key)
    this.#cache.set(key, found)
    return found.url
  }

  /**
   * @returns an object URL, or null where the file has no thumbnail
   * @throws the signal's reason, or the host's error
   */
  load(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<string | null> {
    const known = this.known(itemId, size)
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((resolve, reject) => {
      const key = keyOf(itemId, size)
      const fetchNow = () =>
        this.#host.fetch(itemId, size, signal).then((picture) => this.#keep(key, picture))
      const request: PendingRequest = {
        key,
        signal,
        start: () => fetchNow().then(resolve, reject),
        drop: () => reject(signal.reason),
      }
      signal.addEventListener('abort', () => this.#drop(request), { once: true })
      this.#waiting.push(request)
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#running < atOnce) {
      const request = this.#waiting.pop()
      if (request === undefined) return
      this.#running++
      void request.start().finally(() => {
        this.#running--
        this.#pump()
      })
    }
  }

  /** Removes a waiting request; a running one is aborted by its own signal. */
  #drop(request: PendingRequest): void {
    const index = this.#waiting.indexOf(request)
    if (index < 0) return
    this.#waiting.splice(index, 1)
    request.drop()
  }

  #keep(key: string, picture: Blob | null): string | null {
    this.#forget(key)
    const url = picture && this.#host.createUrl(picture)
    this.#cache.set(key, { url, sinceMs: this.#host.now() })
    const [oldest] = this.#cache.keys()
    if (this.#cache.size > mostCached && oldest !== undefined) this.#forget(oldest)
    return url
  }

  #forget(key: string): void {
    const url = this.#cache.get(key)?.url
    if (url) this.#host.revokeUrl(url)
    this.#cache.delete(key)
  }
}

const keyOf = (itemId: string, size: ThumbnailSize) => `${size} ${itemId}`
