/**
 * What survives a restart: every item and batch, in shards of at most 500 items, written only where something changed.
 * electron-store rewrites its whole file at every change; in one file 100,000 items would block main for 190 ms each time.
 */
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import type { UploadError } from '../../shared/errors.ts'
import { type Batch, batchSchema, type UploadItem, uploadItemSchema } from '../../shared/upload.ts'
import type { CreateStore } from './json-store.ts'
import { Shard } from './shard.ts'

const itemsPerShard = 500
/** Changes of this long are written together. */
const flushDelayMs = 500
/** Callers of `settled` within this long share one write. */
const sharedFlushMs = 20
const ordersPerReservation = 500

const itemShardSchema = z.object({ items: z.array(uploadItemSchema) })
const batchShardSchema = z.object({ batches: z.array(batchSchema), nextOrder: z.int().nonnegative() })
type ItemShard = z.infer<typeof itemShardSchema>
type BatchShard = z.infer<typeof batchShardSchema>

export interface JournalOptions {
  /** Absolute path; made if it is not there. */
  readonly stateDir: string
  readonly createStore: CreateStore
  /** Called when a coalesced write failed, as on a full disk; it is tried again with the next change. */
  readonly onWriteError: (error: unknown) => void
}

/** The journal of one state folder. One process at a time (see state-lock.ts). */
export class Journal {
  /** Shards that were damaged when the journal was opened. */
  readonly problems: readonly UploadError[]
  readonly #options: JournalOptions
  readonly #folder: string
  readonly #items = new Map<number, Map<string, UploadItem>>()
  readonly #batches = new Map<string, Batch>()
  readonly #batchShard: Shard<BatchShard>
  readonly #dirtyShards = new Set<number>()
  readonly #shardFiles = new Map<string, Shard<ItemShard>>()
  readonly #afterFlush: (() => void)[] = []
  #batchesDirty = false
  #nextOrder = 0
  /** Places below this one are taken as far as the disk knows, so that not each needs a write of its own. */
  #reservedOrder = 0
  #timer: NodeJS.Timeout | undefined
  #sharedFlush: Promise<void> | undefined

  /** Reads everything; a damaged shard is set aside and reported in `problems`, never silently reset. */
  constructor(options: JournalOptions) {
    this.#options = options
    this.#folder = join(options.stateDir, 'journal')
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
    this.#batchShard = new Shard(this.#folder, 'batches', batchShardSchema, options.createStore)
    this.problems = [...this.#readBatches(), ...this.#readItems()]
  }

  /** All items in the order they were added. */
  items(): UploadItem[] {
    return [...this.#items.values()].flatMap((shard) => [...shard.values()]).sort((a, b) => a.order - b.order)
  }

  batches(): Batch[] {
    return [...this.#batches.values()].sort((a, b) => a.order - b.order)
  }

  /** The next place in the queue; never handed out twice by this journal. */
  takeOrder(): number {
    if (this.#nextOrder >= this.#reservedOrder) {
      this.#reservedOrder = this.#nextOrder + ordersPerReservation
      this.#batchesDirty = true
    }
    return this.#nextOrder++
  }

  put(item: UploadItem): void {
    this.#shardOf(item).set(item.id, item)
    this.#dirtyShards.add(shardNumber(item))
    this.#schedule()
  }

  putBatch(batch: Batch): void {
    this.#batches.set(batch.id, batch)
    this.#batchesDirty = true
    this.#schedule()
  }

  remove(item: UploadItem): void {
    this.#shardOf(item).delete(item.id)
    this.#dirtyShards.add(shardNumber(item))
    this.#schedule()
  }

  removeBatch(batchId: string): void {
    this.#batches.delete(batchId)
    this.#batchesDirty = true
    this.#schedule()
  }

  /** Writes what changed, now; returns when it is on disk. Throws what the disk throws; a later call tries again. */
  flush(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#batchesDirty) {
      this.#batchShard.write({ batches: this.batches(), nextOrder: this.#reservedOrder })
      this.#batchesDirty = false
    }
    for (const number of this.#dirtyShards) {
      this.#writeShard(number)
      this.#dirtyShards.delete(number)
    }
    for (const work of this.#afterFlush.splice(0)) work()
  }

  /** Fulfils when what was put is on disk; soon, but not for each caller alone. Rejects with what the disk throws. */
  settled(): Promise<void> {
    this.#sharedFlush ??= delay(sharedFlushMs).then(() => {
      this.#sharedFlush = undefined
      this.flush()
    })
    return this.#sharedFlush
  }

  /**
   * Does something that must not happen before what was put is on disk, such as deleting what only a file that is
   * not yet done still needs.
   */
  afterFlush(work: () => void): void {
    this.#afterFlush.push(work)
    this.#schedule()
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      try {
        this.flush()
      } catch (error) {
        this.#options.onWriteError(error)
      }
    }, flushDelayMs)
  }

  #writeShard(number: number): void {
    const items = [...(this.#items.get(number)?.values() ?? [])]
    const shard = this.#itemShard(shardName(number))
    if (items.length > 0) shard.write({ items })
    else shard.delete()
  }

  #shardOf(item: UploadItem): Map<string, UploadItem> {
    const number = shardNumber(item)
    const shard = this.#items.get(number) ?? new Map<string, UploadItem>()
    this.#items.set(number, shard)
    return shard
  }

  #itemShard(name: string): Shard<ItemShard> {
    const shard =
      this.#shardFiles.get(name) ?? new Shard(this.#folder, name, itemShardSchema, this.#options.createStore)
    this.#shardFiles.set(name, shard)
    return shard
  }

  #readBatches(): UploadError[] {
    const { value, problem } = this.#batchShard.read()
    for (const batch of value?.batches ?? []) this.#batches.set(batch.id, batch)
    this.#nextOrder = value?.nextOrder ?? 0
    this.#reservedOrder = this.#nextOrder
    return problem ? [problem] : []
  }

  #readItems(): UploadError[] {
    const names = new Set(
      readdirSync(this.#folder)
        .map((file) => /^(items-\d+)(\.previous)?\.json$/.exec(file)?.[1])
        .filter((name) => name !== undefined),
    )
    return [...names].flatMap((name) => {
      const { value, problem } = this.#itemShard(name).read()
      for (const item of value?.items ?? []) {
        this.#shardOf(item).set(item.id, item)
        this.#nextOrder = Math.max(this.#nextOrder, item.order + 1)
      }
      return problem ? [problem] : []
    })
  }
}

function shardNumber(item: UploadItem): number {
  return Math.floor(item.order / itemsPerShard)
}

function shardName(number: number): string {
  return `items-${String(number).padStart(6, '0')}`
}
