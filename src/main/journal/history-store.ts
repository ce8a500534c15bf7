/** The history on disk: an entry for each finished batch, and the receipt lines of files that left the list. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import {
  type HistoryEntry,
  historyEntrySchema,
  type ReceiptLine,
  receiptLineSchema,
} from '../../shared/history.ts'
import type { UploadError } from '../../shared/protocol/errors.ts'
import { historyOnDisk } from './disk-errors.ts'
import type { CreateStore } from './json-store.ts'
import { Shard } from './shard.ts'

/** Beyond this many, the oldest are deleted. */
const mostEntries = 500

const contentSchema = z.object({ entries: z.array(historyEntrySchema) })
const keptLineSchema = z.object({ itemId: z.string(), line: receiptLineSchema })
const batchIdPattern = /^[0-9a-f-]{36}$/

export class HistoryStore {
  /** Set when the file was damaged when it was opened. */
  readonly problem: UploadError | null
  readonly #folder: string
  readonly #shard: Shard<z.infer<typeof contentSchema>>
  readonly #entries = new Map<string, HistoryEntry>()
  readonly #withLines: Set<string>

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
    return this.#withLines.has(batchId)
  }

  /**
   * Keeps receipt lines of files that are about to leave the list; on disk when it fulfils.
   * @throws UploadError `disk-full`
   */
  async keepLines(batchId: string, lines: ReadonlyMap<string, ReceiptLine>): Promise<void> {
    if (lines.size === 0) return
    const text = [...lines].map(([itemId, line]) => `${JSON.stringify({ itemId, line })}\n`).join('')
    await appendFile(this.#fileOf(batchId), text, { mode: 0o600, flush: true }).catch((cause) => {
      throw historyOnDisk.unwritten(cause)
    })
    this.#withLines.add(batchId)
  }

  /** Item -> receipt line, of files that left the list; a line that a crash cut short is left out. */
  async lines(batchId: string): Promise<Map<string, ReceiptLine>> {
    if (!this.hasLines(batchId)) return new Map()
    const text = await readFile(this.#fileOf(batchId), 'utf8')
    const kept = text.split('\n').flatMap((line) => parseLine(line) ?? [])
    return new Map(kept.map(({ itemId, line }) => [itemId, line]))
  }

  #delete(entries: readonly HistoryEntry[]): void {
    for (const { batchId } of entries) {
      this.#entries.delete(batchId)
      if (this.#withLines.delete(batchId)) rmSync(this.#fileOf(batchId), { force: true })
    }
  }

  #write(): void {
    this.#shard.write({ entries: [...this.#entries.values()] })
  }

  /** Ids are made by PhotoFerry, but they come back from the window and from files: none becomes part of a path unchecked. */
  #fileOf(batchId: string): string {
    if (!batchIdPattern.test(batchId)) throw new Error(`Not the id of a batch: ${JSON.stringify(batchId)}`)
    return join(this.#folder, `${batchId}.jsonl`)
  }
}

function parseLine(text: string): z.infer<typeof keptLineSchema> | null {
  try {
    return keptLineSchema.parse(JSON.parse(text))
  } catch {
    return null
  }
}
