/** Thumbnails on disk, up to a size: the least recently used ones go first. The cache outlives restarts. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { ThumbnailSize } from '../../../shared/thumbnails.ts'
import type { SourceRef, SourceStamp } from '../../intake/source-file.ts'

/** Increase it when thumbnails are made differently, so that old ones are made again. */
const version = 2
const extension = '.webp'
/** Eviction leaves this share, so that it does not have to run for every new thumbnail. */
const shareLeft = 0.9
/** The use of a thumbnail is recorded on disk at most this often. */
const recordEveryMs = 60 * 60_000
const statsAtOnce = 64

/** What tells the pictures of two versions apart. */
export type PictureVersion = Pick<SourceStamp, 'size' | 'mtimeMs'>
export type PictureSource = SourceRef & PictureVersion

/** One version of a file in one size: 40 hex digits. A file that changes gets another key. */
export function thumbnailKey(source: PictureSource, size: ThumbnailSize): string {
  const { sourcePath, mtimeMs } = source
  const text = JSON.stringify([version, sourcePath, source.size, mtimeMs, size])
  return createHash('sha256').update(text).digest('hex').slice(0, 40)
}

interface Entry {
  readonly bytes: number
  /** When its use was last recorded on disk, ms since 1970. */
  readonly recordedMs: number
}

export class ThumbnailCache {
  readonly #folder: string
  readonly #maxBytes: number
  /** By key, least recently used first. */
  readonly #entries = new Map<string, Entry>()
  #bytes = 0
  #opening: Promise<void> | undefined

  /** @param stateDir absolute path; the thumbnails are in `thumbnails/` below it. Nothing is read before the first use. */
  constructor(stateDir: string, maxBytes: number) {
    this.#folder = join(stateDir, 'thumbnails')
    this.#maxBytes = maxBytes
  }

  /** @returns the WebP; null if it is not in the cache, or only in part after a power cut */
  async find(key: string): Promise<Buffer | null> {
    await this.#open()
    const webp = await readFile(this.#pathOf(key)).catch(() => null)
    if (webp === null || !isComplete(webp)) {
      this.#deleteEntry(key)
      return null
    }
    await this.#recordUse(key, webp.length)
    return webp
  }

  /** A path to write a thumbnail to before it is added; absolute. */
  draftPath(): string {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    return join(this.#folder, `${randomUUID()}.part`)
  }

  /** Moves a draft into the cache. @throws the disk's own error */
  async add(key: string, draftPath: string): Promise<void> {
    await this.#open()
    const { size } = await stat(draftPath)
    await rename(draftPath, this.#pathOf(key))
    this.#setEntry(key, { bytes: size, recordedMs: Date.now() })
    await this.#evict()
  }

  #open(): Promise<void> {
    this.#opening ??= this.#readFolder()
    return this.#opening
  }

  async #readFolder(): Promise<void> {
    const names = await readdir(this.#folder).catch((): string[] => [])
    const found: (Entry & { key: string })[] = []
    for (let start = 0; start < names.length; start += statsAtOnce) {
      const some = names.slice(start, start + statsAtOnce)
      const entries = await Promise.all(some.map((name) => this.#readEntry(name)))
      found.push(...entries.filter((entry) => entry !== null))
    }
    found.sort((a, b) => a.recordedMs - b.recordedMs)
    for (const { key, ...entry } of found) this.#setEntry(key, entry)
    await this.#evict()
  }

  /** @returns null for what is not a thumbnail, such as an unfinished draft, which is deleted */
  async #readEntry(name: string): Promise<(Entry & { key: string }) | null> {
    const path = join(this.#folder, name)
    if (!name.endsWith(extension)) {
      await rm(path, { force: true, recursive: true })
      return null
    }
    const stats = await stat(path).catch(() => null)
    return stats && { key: name.slice(0, -extension.length), bytes: stats.size, recordedMs: stats.mtimeMs }
  }

  async #recordUse(key: string, bytes: number): Promise<void> {
    const nowMs = Date.now()
    const { recordedMs } = this.#entries.get(key) ?? { recordedMs: 0 }
    const isDue = nowMs - recordedMs > recordEveryMs
    this.#setEntry(key, { bytes, recordedMs: isDue ? nowMs : recordedMs })
    if (isDue) await utimes(this.#pathOf(key), new Date(nowMs), new Date(nowMs)).catch(() => undefined)
  }

  /** Makes it the most recently used one. */
  #setEntry(key: string, entry: Entry): void {
    this.#deleteEntry(key)
    this.#entries.set(key, entry)
    this.#bytes += entry.bytes
  }

  #deleteEntry(key: string): void {
    this.#bytes -= this.#entries.get(key)?.bytes ?? 0
    this.#entries.delete(key)
  }

  async #evict(): Promise<void> {
    if (this.#bytes <= this.#maxBytes) return
    for (const key of this.#entries.keys()) {
      if (this.#bytes <= this.#maxBytes * shareLeft) return
      this.#deleteEntry(key)
      await rm(this.#pathOf(key), { force: true })
    }
  }

  #pathOf(key: string): string {
    return join(this.#folder, `${key}${extension}`)
  }
}

/** A WebP holds its own length (RIFF). Thumbnails are not worth an fsync, but half a one must not be shown forever. */
function isComplete(webp: Buffer): boolean {
  return webp.length >= 12 && webp.readUInt32LE(4) + 8 === webp.length
}
