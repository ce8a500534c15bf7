/** The history on disk: an entry for each finished batch, and what receipts say of files that left the list. */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import {
  type HistoryEntry,
  historyEntrySchema,
  type ReceiptLine,
  type RemovedLine,
  receiptLineSchema,
  removedLineSchema,
} from '../../shared/history.ts'
import type { UploadError } from '../../shared/protocol/errors.ts'
import { syncFolder } from '../disk/sync-folder.ts'
import { historyOnDisk } from './disk-errors.ts'
import type { CreateStore } from './json-store.ts'
import { Shard } from './shard.ts'

/** Beyond this many, the oldest are deleted. */
const mostEntries = 500

const contentSchema = z.object({ entries: z.array(historyEntrySchema) })
const keptLineSchema = z.union([
  z.object({ itemId: z.string(), line: receiptLineSchema }),
  z.object({ itemId: z.string(), removed: removedLineSchema }),
])
type KeptLine = z.infer<typeof keptLineSchema>
const batchIdPattern = /^[0-9a-f-]{36}$/

/** The name of a batch's lines. Its id may come from a file that was damaged: none becomes part of a path unchecked. */
function linesName(batchId: string): string {
  return batchIdPattern.test(batchId) ? batchId : createHash('sha256').update(batchId).digest('hex')
}

/** Item -> what was kept of it, of files that left the list. */
export interface KeptLines {
  readonly stored: ReadonlyMap<string, ReceiptLine>
  readonly removed: ReadonlyMap<string, RemovedLine>
}

export class HistoryStore {
  /** Set when the file was damaged when it was opened. */
  readonly problem: UploadError | null
  readonly #folder: string
  readonly #shard: Shard<z.infer<typeof contentSchema>>
  readonly #entries = new Map<string, HistoryEntry>()
  /** Names of lines that are there. */
  readonly #withLines: Set<string>
  /** Batch -> bytes of its lines that are on disk, where adding to them failed: what is behind those may have holes. */
  readonly #unsynced = new Map<string, number>()

  /** @param options.stateDir absolute; the store lives in `history/` below it */
  constructor(options: { readonly stateDir: string; readonly createStore: CreateStore }) {
    this.#folder = join(options.stateDir, 'history')
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.#shard = new Shard({
      folder: this.#folder,
      name: 'history',
      schema: contentSchema,
      createStore: options.createStore,
      words: historyOnDisk,
    })
    const { value, problem } = this.#shard.read()
    for (const entry of value?.entries ?? []) this.#entries.set(entry.batchId, entry)
    this.#withLines = new Set(
      readdirSync(this.#folder).flatMap((name) => (name.endsWith('.jsonl') ? [name.slice(0, -6)] : [])),
    )
    this.problem = problem
  }

  get(batchId: string): HistoryEntry | undefined {
    return this.#entries.get(batchId)
  }

  /** Newest first. */
  entries(): HistoryEntry[] {
    return [...this.#entries.values()].sort((a, b) => b.finishedAtMs - a.finishedAtMs)
  }

  /** Adds an entry, or replaces the earlier one of its batch; it is on disk when this returns. @throws UploadError `disk-full` */
  put(entry: HistoryEntry): void {
    this.#entries.set(entry.batchId, entry)
    this.#delete(this.entries().slice(mostEntries))
    this.#write()
  }

  /** Deletes entries and receipt lines. */
  remove(batchIds: readonly string[]): void {
    this.#delete(batchIds.flatMap((batchId) => this.#entries.get(batchId) ?? []))
    this.#write()
  }

  /** Whether receipt lines are kept of files of this batch that left the list. */
  hasLines(batchId: string): boolean {
    return this.#withLines.has(linesName(batchId))
  }

  /**
   * Keeps receipt lines of files that are about to leave the list; on disk when it fulfils.
   * @throws UploadError `disk-full`
   */
  async keepLines(batchId: string, { stored, removed }: KeptLines): Promise<void> {
    const kept: KeptLine[] = [
      ...[...stored].map(([itemId, line]) => ({ itemId, line })),
      ...[...removed].map(([itemId, line]) => ({ itemId, removed: line })),
    ]
    if (kept.length === 0) return
    const text = kept.map((line) => `${JSON.stringify(line)}\n`).join('')
    try {
      if (this.#unsynced.has(batchId)) await this.#writeAnew(batchId, text)
      else await this.#append(batchId, text)
    } catch (cause) {
      throw historyOnDisk.unwritten(cause)
    }
    this.#withLines.add(linesName(batchId))
  }

  async #append(batchId: string, text: string): Promise<void> {
    const file = this.#fileOf(batchId)
    const bytes = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    try {
      await appendFile(file, text, { mode: 0o600, flush: true })
      if (bytes === 0) await syncFolder(this.#folder)
    } catch (cause) {
      this.#unsynced.set(batchId, bytes)
      throw cause
    }
  }

  /** A new file with the lines that are known to be on disk and the new ones: nothing is added to a file that failed to sync. */
  async #writeAnew(batchId: string, text: string): Promise<void> {
    const file = this.#fileOf(batchId)
    const kept = (await readFile(file).catch(() => Buffer.alloc(0))).subarray(0, this.#unsynced.get(batchId))
    const draft = `${file}.draft`
    rmSync(draft, { force: true })
    await writeFile(draft, Buffer.concat([kept, Buffer.from(text)]), { mode: 0o600, flush: true, flag: 'wx' })
    renameSync(draft, file)
    await syncFolder(this.#folder)
    this.#unsynced.delete(batchId)
  }

  /** What was kept last of each file; a line that a crash cut short is left out. */
  async lines(batchId: string): Promise<KeptLines> {
    const stored = new Map<string, ReceiptLine>()
    const removed = new Map<string, RemovedLine>()
    const text = this.hasLines(batchId) ? await readFile(this.#fileOf(batchId), 'utf8') : ''
    for (const kept of text.split('\n').flatMap((line) => parseLine(line) ?? [])) {
      stored.delete(kept.itemId)
      removed.delete(kept.itemId)
      if ('line' in kept) stored.set(kept.itemId, kept.line)
      else removed.set(kept.itemId, kept.removed)
    }
    return { stored, removed }
  }

  #delete(entries: readonly HistoryEntry[]): void {
    for (const { batchId } of entries) {
      this.#entries.delete(batchId)
      if (this.#withLines.delete(linesName(batchId))) rmSync(this.#fileOf(batchId), { force: true })
    }
  }

  #write(): void {
    this.#shard.write({ entries: [...this.#entries.values()] })
  }

  #fileOf(batchId: string): string {
    return join(this.#folder, `${linesName(batchId)}.jsonl`)
  }
}

function parseLine(text: string): KeptLine | null {
  try {
    return keptLineSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}
