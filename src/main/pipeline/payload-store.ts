/** The copies that are uploaded in place of their originals: made once, kept beside the state until their file is done. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type PayloadFormat, payloadFormats } from '../../shared/presets.ts'
import { isOver, type UploadItem } from '../../shared/upload.ts'
import { payloadExtensions } from './payload.ts'

export class PayloadStore {
  readonly #folder: string
  /** Whether the folder's own name is on disk. */
  #isFolderOnDisk = true

  /** @param stateDir absolute path; the copies live in `payloads/` below it */
  constructor(stateDir: string) {
    this.#folder = join(stateDir, 'payloads')
  }

  /** Where a copy may be written until it is published; absolute path. */
  draftOf(itemId: string): string {
    const isNew = mkdirSync(this.#folder, { recursive: true, mode: 0o700 }) !== undefined
    this.#isFolderOnDisk &&= !isNew
    return join(this.#folder, `${itemId}.part`)
  }

  /**
   * Renames a draft whose bytes are on disk to its final name, in place of an earlier copy of the item.
   * @returns the copy's absolute path; its name is on disk too
   */
  async publish(itemId: string, format: PayloadFormat): Promise<string> {
    const path = this.#pathOf(itemId, format)
    this.release(itemId)
    await rename(this.draftOf(itemId), path)
    try {
      await syncFolder(this.#folder)
      if (!this.#isFolderOnDisk) await syncFolder(dirname(this.#folder))
      this.#isFolderOnDisk = true
    } catch (thrown) {
      // A name that may be gone after a power cut is not used: the copy is made once more.
      rmSync(path, { force: true })
      throw thrown
    }
    return path
  }

  /** Deletes an item's copy, if there is one. */
  release(itemId: string): void {
    for (const format of payloadFormats) rmSync(this.#pathOf(itemId, format), { force: true })
  }

  /** Deletes what no item needs any more: unfinished drafts, copies of files that are done. */
  sweep(items: Iterable<UploadItem>): void {
    const needed = new Set<string>()
    for (const { payload, state } of items) {
      if (payload && !isOver(state.status)) needed.add(payload.path)
    }
    for (const path of this.#list()) if (!needed.has(path)) rmSync(path, { force: true })
  }

  #pathOf(itemId: string, format: PayloadFormat): string {
    return join(this.#folder, `${itemId}.${payloadExtensions[format]}`)
  }

  #list(): string[] {
    try {
      return readdirSync(this.#folder).map((name) => join(this.#folder, name))
    } catch {
      // No copy was ever made here.
      return []
    }
  }
}

/** Windows can't sync a folder, and doesn't need to: NTFS journals its names. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
