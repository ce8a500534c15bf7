/**
 * What survives a restart: every item and batch, in shards of at most 500 items, written only where something changed.
 * electron-store rewrites its whole file at every change; in one file 100,000 items would block main for 190 ms each time.
 */
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type Batch, batchSchema } from '../../shared/batch.ts'
import type { UploadError } from '../../shared/protocol/errors.ts'
import { type UploadItem, uploadItemSchema } from '../../shared/upload.ts'
import { entriesRefused, queueOnDisk } from './disk-errors.ts'
import { ofEarlierVersion } from './earlier-items.ts'
import type { CreateStore } from './json-store.ts'
import { examineItem, isHonestBatch, isOrder } from './own-paths.ts'
import { Saver } from './saver.ts'
import { Shard } from './shard.ts'

const itemsPerShard = 500
const ordersPerReservation = 500

/** Entries are checked one by one: a bad one is no reason to lose the others. */
const itemShardSchema = z.object({ items: z.array(z.unknown()) })
const batchShardSchema = z.object({ batches: z.array(z.unknown()), nextOrder: z.unknown() })
const itemSchema = z.preprocess(ofEarlierVersion, uploadItemSchema)
const orderSchema = z.int().nonnegative().refine(isOrder).catch(0)
type ItemShard = z.infer<typeof itemShardSchema>
type BatchShard = z.infer<typeof batchShardSchema>

export interface JournalOptions {
  /** Absolute path; made if it is not there. */
  readonly stateDir: string
  readonly createStore: CreateStore
  /** Called when a coalesced write failed, as on a full disk; it is tried again in a while. */
  readonly onWriteError: (error: unknown) => void
}

/** The journal of one state folder. One process at a time (see state-lock.ts). */
export class Journal {
  /** Shards that were damaged when the journal was opened. */
  readonly problems: readonly UploadError[]
  readonly #options: JournalOptions
  readonly #saver: Saver
  readonly #folder: string
  readonly #items = new Map<number, Map<string, UploadItem>>()
  readonly #batches = new Map<string, Batch>()
  readonly #batchShard: Shard<BatchShard>
  readonly #shardFiles = new Map<string, Shard<ItemShard>>()
  #nextOrder = 0
  /** Numbers below this one count as used on disk, so that not each needs a write of its own. */
  #reservedOrder = 0

  /** Reads everything; a damaged shard is set aside and reported in `problems`, never silently reset. */
  constructor(options: JournalOptions) {
    this.#options = options
    this.#folder = join(options.stateDir, 'journal')
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.#saver = new Saver({
      writeShard: (number) => this.#writeShard(number),
      saveShard: (number) => this.#saveShard(number),
      writeBatches: () => this.#batchShard.write(this.#batchContent()),
      saveBatches: () => this.#batchShard.save(this.#batchContent()),
      onError: options.onWriteError,
    })
    this.#batchShard = this.#newShard('batches', batchShardSchema)
    this.problems = [...this.#readBatches(), ...this.#readItems()]
  }

  /** All items in the order they were added. */
  items(): UploadItem[] {
    return [...this.#items.values()].flatMap((shard) => [...shard.values()]).sort((a, b) => a.order - b.order)
  }

  batches(): Batch[] {
    return [...this.#batches.values()].sort((a, b) => a.order - b.order)
  }

  /** The next order number; never handed out twice by this journal. */
  nextOrder(): number {
    if (this.#nextOrder >= this.#reservedOrder) {
      this.#reservedOrder = this.#nextOrder + ordersPerReservation
      this.#saver.markBatches()
    }
    return this.#nextOrder++
  }

  put(item: UploadItem): void {
    const shard = this.#shardOf(item)
    const before = shard.get(item.id)
    shard.set(item.id, item)
    this.#saver.markShard(shardNumber(item))
    // Without its digests, its task is all by which the server knows that a file goes on after a crash.
    const isNewTask = item.taskId !== null && item.taskId !== before?.taskId
    if (isNewTask && item.md5 === null) this.#saver.hurry()
  }

  putBatch(batch: Batch): void {
    this.#batches.set(batch.id, batch)
    this.#saver.markBatches()
  }

  remove(item: UploadItem): void {
    this.#shardOf(item).delete(item.id)
    this.#saver.markShard(shardNumber(item))
  }

  removeBatch(batchId: string): void {
    this.#batches.delete(batchId)
    this.#saver.markBatches()
  }

  /** See `Saver`. */
  flush(): void {
    this.#saver.flush()
  }

  /** See `Saver`. */
  save(): Promise<void> {
    return this.#saver.save()
  }

  /** See `Saver`. */
  saveSoon(): Promise<void> {
    return this.#saver.saveSoon()
  }

  /** See `Saver`. */
  afterSave(work: () => void): void {
    this.#saver.afterSave(work)
  }

  #batchContent(): BatchShard {
    return { batches: this.batches(), nextOrder: this.#reservedOrder }
  }

  #contentOf(number: number): ItemShard {
    return { items: [...(this.#items.get(number)?.values() ?? [])] }
  }

  #writeShard(number: number): void {
    const content = this.#contentOf(number)
    const shard = this.#itemShard(shardName(number))
    if (content.items.length > 0) shard.write(content)
    else shard.delete()
  }

  async #saveShard(number: number): Promise<void> {
    const content = this.#contentOf(number)
    const shard = this.#itemShard(shardName(number))
    if (content.items.length > 0) await shard.save(content)
    else shard.delete()
  }

  #shardOf(item: UploadItem): Map<string, UploadItem> {
    const number = shardNumber(item)
    const shard = this.#items.get(number) ?? new Map<string, UploadItem>()
    this.#items.set(number, shard)
    return shard
  }

  #itemShard(name: string): Shard<ItemShard> {
    const shard = this.#shardFiles.get(name) ?? this.#newShard(name, itemShardSchema)
    this.#shardFiles.set(name, shard)
    return shard
  }

  #newShard<Value extends Record<string, unknown>>(name: string, schema: z.ZodType<Value>): Shard<Value> {
    const { createStore } = this.#options
    return new Shard({ folder: this.#folder, name, schema, createStore, words: queueOnDisk })
  }

  #readBatches(): UploadError[] {
    const { value, problem } = this.#batchShard.read()
    const batches = (value?.batches ?? []).flatMap((entry) => {
      const { data } = batchSchema.safeParse(entry)
      return data && isHonestBatch(data) ? [data] : []
    })
    for (const batch of batches) this.#batches.set(batch.id, batch)
    const highest = batches.reduce((most, { order }) => Math.max(most, order + 1), 0)
    this.#nextOrder = Math.max(orderSchema.parse(value?.nextOrder), highest)
    this.#reservedOrder = this.#nextOrder
    const refused = (value?.batches.length ?? 0) - batches.length
    if (refused === 0) return problem ? [problem] : []
    this.#saver.markBatches()
    return [...(problem ? [problem] : []), entriesRefused(refused, this.#batchShard.keepAside())]
  }

  #readItems(): UploadError[] {
    const names = new Set(
      readdirSync(this.#folder)
        .map((file) => /^(items-\d+)(\.previous)?\.json$/.exec(file)?.[1])
        .filter((name) => name !== undefined),
    )
    const known = new Set<string>()
    return [...names].flatMap((name) => this.#readShard(name, known))
  }

  /** @param known ids of the items that were read already */
  #readShard(name: string, known: Set<string>): UploadError[] {
    const shard = this.#itemShard(name)
    const { value, problem } = shard.read()
    let refused = 0
    for (const entry of value?.items ?? []) {
      const { data } = itemSchema.safeParse(entry)
      const examined = data && !known.has(data.id) ? examineItem(data, this.#options.stateDir) : null
      if (!examined || examined.isReplaced) refused++
      if (!examined) continue
      const { item } = examined
      known.add(item.id)
      this.#shardOf(item).set(item.id, item)
      this.#nextOrder = Math.max(this.#nextOrder, item.order + 1)
      if (shardName(shardNumber(item)) !== name) this.#saver.markShard(shardNumber(item))
    }
    if (refused === 0) return problem ? [problem] : []
    // Else every start would say so again.
    this.#saver.markShard(Number(name.slice('items-'.length)))
    return [...(problem ? [problem] : []), entriesRefused(refused, shard.keepAside())]
  }
}

function shardNumber(item: UploadItem): number {
  return Math.floor(item.order / itemsPerShard)
}

function shardName(number: number): string {
  return `items-${String(number).padStart(6, '0')}`
}
