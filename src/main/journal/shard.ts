/** One file of the journal: read with its previous generation as a fallback, written as a whole. */
import { copyFileSync, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import type { UploadError } from '../../shared/protocol/errors.ts'
import type { DiskWords } from './disk-errors.ts'
import type { CreateStore, JsonStore } from './json-store.ts'
import { syncFolder, syncFolderNow } from './sync-folder.ts'

/** The result of reading a shard. */
export interface ShardContent<Value> {
  /** Null where there is nothing that can be read. */
  readonly value: Value | null
  /** Set when the file was damaged; it has been set aside, not deleted. */
  readonly problem: UploadError | null
}

/** Copying at every write would double the work of a busy queue; what is lost with a copy this old, the server makes good. */
const keepEveryMs = 5_000

export interface ShardOptions<Value> {
  /** Absolute path. */
  readonly folder: string
  /** File name without `.json`. */
  readonly name: string
  readonly schema: z.ZodType<Value>
  readonly createStore: CreateStore
  readonly words: DiskWords
}

/** A JSON file with a schema and a last good generation beside it. */
export class Shard<Value extends Record<string, unknown>> {
  readonly #folder: string
  readonly #name: string
  readonly #schema: z.ZodType<Value>
  readonly #createStore: CreateStore
  readonly #words: DiskWords
  /** Kept from write to write: opening a store reads its whole file. */
  #store: JsonStore | undefined
  /** When the previous generation was kept, ms since 1970. */
  #keptAtMs = 0
  /** Rises with every change of the content, so that a slow write never overtakes a later one. */
  #generation = 0

  constructor({ folder, name, schema, createStore, words }: ShardOptions<Value>) {
    this.#folder = folder
    this.#name = name
    this.#schema = schema
    this.#createStore = createStore
    this.#words = words
  }

  /** Reads the shard; a damaged one is set aside and its previous generation read in its place. */
  read(): ShardContent<Value> {
    if (!existsSync(this.#file())) return { value: this.#parse(this.#previousName()), problem: null }
    const value = this.#parse(this.#name)
    if (value) return { value, problem: null }
    const aside = `${this.#file()}.damaged-${Date.now()}`
    renameSync(this.#file(), aside)
    const previous = this.#parse(this.#previousName())
    return { value: previous, problem: this.#words.damaged(aside, previous !== null) }
  }

  /**
   * Replaces the content without blocking the event loop, however slow the disk is. Fulfils when it
   * is on disk, or when later content already is.
   * @throws UploadError `disk-full`
   */
  async save(value: Value): Promise<void> {
    try {
      await this.#save(value)
    } catch (cause) {
      throw this.#words.unwritten(cause)
    }
  }

  /**
   * Replaces the content; one that was good some seconds before stays beside it as the previous generation.
   * @throws UploadError `disk-full`
   */
  write(value: Value): void {
    try {
      this.#write(value)
    } catch (cause) {
      throw this.#words.unwritten(cause)
    }
  }

  async #save(value: Value): Promise<void> {
    const generation = ++this.#generation
    this.#store ??= this.#createStore({ cwd: this.#folder, name: this.#name })
    if (this.#isKeepDue()) await copyFile(this.#file(), this.#file(this.#previousName()))
    try {
      await this.#replace(value, generation)
    } catch (thrown) {
      // What failed to sync may have holes: the content goes into a new file, never behind what is in the failed one.
      if (isFull(thrown) || generation !== this.#generation) throw thrown
      await this.#replace(value, generation)
    }
  }

  async #replace(value: Value, generation: number): Promise<void> {
    const draft = `${this.#file()}.draft`
    rmSync(draft, { force: true })
    try {
      await writeFile(draft, JSON.stringify(value), { mode: 0o600, flush: true, flag: 'wx' })
      if (generation === this.#generation) {
        renameSync(draft, this.#file())
        await syncFolder(this.#folder)
      }
    } finally {
      rmSync(draft, { force: true })
    }
  }

  #write(value: Value): void {
    this.#generation++
    if (this.#isKeepDue()) copyFileSync(this.#file(), this.#file(this.#previousName()))
    this.#store ??= this.#createStore({ cwd: this.#folder, name: this.#name })
    try {
      this.#replaceNow(this.#store, value)
    } catch (thrown) {
      if (isFull(thrown)) throw thrown
      this.#replaceNow(this.#store, value)
    }
  }

  /** The store writes a new file each time. */
  #replaceNow(store: JsonStore, value: Value): void {
    store.store = value
    syncFolderNow(this.#folder)
  }

  /** Removes the shard; what comes back after a power cut is what an earlier version of it held. */
  delete(): void {
    this.#generation++
    rmSync(this.#file(), { force: true })
    rmSync(this.#file(this.#previousName()), { force: true })
  }

  /** Whether the content so far is to be kept beside the next; counts as kept from now on. */
  #isKeepDue(): boolean {
    const isDue = Date.now() - this.#keptAtMs >= keepEveryMs && existsSync(this.#file())
    if (isDue) this.#keptAtMs = Date.now()
    return isDue
  }

  #parse(name: string): Value | null {
    // What is no regular file, such as a pipe that a read would wait for, holds no shard either.
    if (statSync(this.#file(name), { throwIfNoEntry: false })?.isFile() !== true) return null
    try {
      // Not by opening a store, which parses its file three times over.
      const parsed = this.#schema.safeParse(JSON.parse(readFileSync(this.#file(name), 'utf8')))
      return parsed.success ? parsed.data : null
    } catch (error) {
      if (error instanceof SyntaxError) return null
      throw error
    }
  }

  #previousName(): string {
    return `${this.#name}.previous`
  }

  #file(name = this.#name): string {
    return join(this.#folder, `${name}.json`)
  }
}

function isFull(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOSPC' || thrown.code === 'EDQUOT')
}
