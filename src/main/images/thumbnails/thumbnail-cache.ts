/** Thumbnails on disk, below a bound: those that were looked at longest ago go first. Outlives restarts. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { ThumbnailSize } from '../../../shared/thumbnails.ts'
import type { SourceRef, SourceStamp } from '../../intake/source-file.ts'

/** Rises when thumbnails are made in another way, so that old ones are made anew. */
const generation = 2
const extension = '.webp'
/** What eviction leaves, so that it need not run for every single new one. */
const shareLeft = 0.9
/** Looking at a thumbnail is noted on disk this often at most, in ms. */
const noteEveryMs = 60 * 60_000
const statsAtOnce = 64

/** One version of a file in one size: another version is another picture. */
export function thumbnailKey(source: SourceRef & SourceStamp, size: ThumbnailSize): string {
  const { sourcePath, mtimeMs } = source
  const words = JSON.stringify([generation, sourcePath, source.size, mtimeMs, size])
  return createHash('sha256').update(words).digest('hex').slice(0, 40)
}

interface Kept {
  readonly bytes: number
  /** When its use was last noted on disk, ms since 1970. */
  readonly notedMs: number
}

export class ThumbnailCache {
  readonly #folder: string
  readonly #maxBytes: number
  /** Key -> what is kept, the one that was used longest ago first. */
  readonly #kept = new Map<string, Kept>()
  #bytes = 0
  #opening: Promise<void> | undefined

  /** @param stateDir absolute path; the thumbnails live in `thumbnails/` below it. Nothing is read before the first use. */
  constructor(stateDir: string, maxBytes: number) {
    this.#folder = join(stateDir, 'thumbnails')
    this.#maxBytes = maxBytes
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#bytes
  }

  /** @returns the picture, or null when it is not here, or is here in part only after a power cut */
  async find(key: string): Promise<Buffer | null> {
    await this.#open()
    const picture = await readFile(this.#pathOf(key)).catch(() => null)
    if (picture === null || !isWhole(picture)) {
      this.#forget(key)
      return null
    }
    await this.#noteUse(key, picture.length)
    return picture
  }

  /** Where a thumbnail may be written until it is kept; absolute path. */
  draft(): string {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    return join(this.#folder, `${randomUUID()}.part`)
  }

  /** Takes a draft over. @throws the disk's own error */
  async keep(key: string, draft: string): Promise<void> {
    await this.#open()
    const { size } = await stat(draft)
    await rename(draft, this.#pathOf(key))
    this.#enter(key, { bytes: size, notedMs: Date.now() })
    await this.#evict()
  }

  #open(): Promise<void> {
    this.#opening ??= this.#readFolder()
    return this.#opening
  }

  async #readFolder(): Promise<void> {
    const names = await readdir(this.#folder).catch((): string[] => [])
    const found: { key: string; bytes: number; notedMs: number }[] = []
    for (let start = 0; start < names.length; start += statsAtOnce) {
      const some = names.slice(start, start + statsAtOnce)
      const looked = await Promise.all(some.map((name) => this.#look(name)))
      found.push(...looked.filter((entry) => entry !== null))
    }
    found.sort((a, b) => a.notedMs - b.notedMs)
    for (const { key, ...kept } of found) this.#enter(key, kept)
    await this.#evict()
  }

  /** @returns null for what is no thumbnail: such as a draft that was cut off, which goes */
  async #look(name: string): Promise<(Kept & { key: string }) | null> {
    const path = join(this.#folder, name)
    if (!name.endsWith(extension)) {
      await rm(path, { force: true, recursive: true })
      return null
    }
    const stats = await stat(path).catch(() => null)
    return stats && { key: name.slice(0, -extension.length), bytes: stats.size, notedMs: stats.mtimeMs }
  }

  async #noteUse(key: string, bytes: number): Promise<void> {
    const nowMs = Date.now()
    const { notedMs } = this.#kept.get(key) ?? { notedMs: 0 }
    const isDue = nowMs - notedMs > noteEveryMs
    this.#enter(key, { bytes, notedMs: isDue ? nowMs : notedMs })
    if (isDue) await utimes(this.#pathOf(key), new Date(nowMs), new Date(nowMs)).catch(() => undefined)
  }

  #enter(key: string, kept: Kept): void {
    this.#forget(key)
    this.#kept.set(key, kept)
    this.#bytes += kept.bytes
  }

  #forget(key: string): void {
    this.#bytes -= this.#kept.get(key)?.bytes ?? 0
    this.#kept.delete(key)
  }

  async #evict(): Promise<void> {
    if (this.#bytes <= this.#maxBytes) return
    for (const key of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes * shareLeft) return
      this.#forget(key)
      await rm(this.#pathOf(key), { force: true })
    }
  }

  #pathOf(key: string): string {
    return join(this.#folder, `${key}${extension}`)
  }
}

/** A WebP says its own length (RIFF): thumbnails are not worth a sync, but half a one must not be shown for ever. */
function isWhole(picture: Buffer): boolean {
  return picture.length >= 12 && picture.readUInt32LE(4) + 8 === picture.length
}
