/** What is remembered of a watched folder from start to start: its batch, and the files that were there before it was watched. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { historyOnDisk } from '../journal/disk-errors.ts'
import type { CreateStore } from '../journal/json-store.ts'
import { Shard } from '../journal/shard.ts'

const memorySchema = z.object({
  folder: z.string(),
  batchId: z.string(),
  /** Path below the folder -> size and modification time, of files that are not to be uploaded as they are; null: all are. */
  before: z.record(z.string(), z.tuple([z.number(), z.number()])).nullable(),
})
export type WatchFacts = Readonly<z.infer<typeof memorySchema>>

export class WatchMemory {
  readonly #shard: Shard<WatchFacts>

  /** @param folder absolute path of the watched folder */
  constructor(
    { stateDir, createStore }: { readonly stateDir: string; readonly createStore: CreateStore },
    folder: string,
  ) {
    const name = `watched-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`
    const words = historyOnDisk
    this.#shard = new Shard({
      folder: join(stateDir, 'history'),
      name,
      schema: memorySchema,
      createStore,
      words,
    })
  }

  /** Null before the first start, and where it can't be read: then what is there already is uploaded. */
  read(): WatchFacts | null {
    return this.#shard.read().value
  }

  /** @throws UploadError `disk-full` */
  keep(facts: WatchFacts): void {
    this.#shard.write(facts)
  }
}
