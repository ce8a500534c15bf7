/** Fetches thumbnails a few at a time, the newest wish first, and remembers the last ones. Knows no React. */
import type { ThumbnailSize } from '../../../shared/thumbnails.ts'

export interface LoaderHost {
  /** @returns null where there is none */
  fetch(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<Blob | null>
  createUrl(picture: Blob): string
  revokeUrl(url: string): void
  now(): number
}

interface Wish {
  readonly key: string
  readonly signal: AbortSignal
  readonly start: () => Promise<void>
  readonly drop: () => void
}

interface Remembered {
  /** Null: there is none. */
  readonly url: string | null
  readonly sinceMs: number
}

/** A page opens six connections to one origin at most; what waits here can still be dropped. */
const atOnce = 4
/** Object URLs, each with its picture in memory: some 20 MB at worst. */
const mostRemembered = 400
/** A file without a picture may get one, when its disk is plugged in again. */
const absenceHoldsMs = 30_000

export class ThumbnailLoader {
  readonly #host: LoaderHost
  readonly #remembered = new Map<string, Remembered>()
  /** The newest wish is the last. */
  readonly #waiting: Wish[] = []
  #underWay = 0

  constructor(host: LoaderHost) {
    this.#host = host
  }

  /** What is known without asking: an object URL, null where there is no picture, undefined where that is unknown. */
  known(itemId: string, size: ThumbnailSize): string | null | undefined {
    const key = keyOf(itemId, size)
    const found = this.#remembered.get(key)
    if (found === undefined) return undefined
    if (found.url === null && this.#host.now() - found.sinceMs > absenceHoldsMs) return undefined
    this.#remembered.delete(key)
    this.#remembered.set(key, found)
    return found.url
  }

  /**
   * @returns an object URL, or null where there is no picture
   * @throws the signal's reason; whatever kept the picture from coming this time
   */
  load(itemId: string, size: ThumbnailSize, signal: AbortSignal): Promise<string | null> {
    const known = this.known(itemId, size)
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((resolve, reject) => {
      const key = keyOf(itemId, size)
      const fetchNow = () =>
        this.#host.fetch(itemId, size, signal).then((picture) => this.#keep(key, picture))
      const wish: Wish = {
        key,
        signal,
        start: () => fetchNow().then(resolve, reject),
        drop: () => reject(signal.reason),
      }
      signal.addEventListener('abort', () => this.#drop(wish), { once: true })
      this.#waiting.push(wish)
      this.#pump()
    })
  }

  #pump(): void {
    while (this.#underWay < atOnce) {
      const wish = this.#waiting.pop()
      if (wish === undefined) return
      this.#underWay++
      void wish.start().finally(() => {
        this.#underWay--
        this.#pump()
      })
    }
  }

  /** Only what still waits; what is under way ends by its own signal. */
  #drop(wish: Wish): void {
    const place = this.#waiting.indexOf(wish)
    if (place < 0) return
    this.#waiting.splice(place, 1)
    wish.drop()
  }

  #keep(key: string, picture: Blob | null): string | null {
    this.#forget(key)
    const url = picture && this.#host.createUrl(picture)
    this.#remembered.set(key, { url, sinceMs: this.#host.now() })
    const [oldest] = this.#remembered.keys()
    if (this.#remembered.size > mostRemembered && oldest !== undefined) this.#forget(oldest)
    return url
  }

  #forget(key: string): void {
    const url = this.#remembered.get(key)?.url
    if (url) this.#host.revokeUrl(url)
    this.#remembered.delete(key)
  }
}

const keyOf = (itemId: string, size: ThumbnailSize) => `${size} ${itemId}`
