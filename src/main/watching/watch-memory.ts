/** What is remembered of a watched folder from start to start: its drive, its batches, and the files that are left alone. */
import { join } from 'node:path'
import { z } from 'zod'
import { dropRootSchema } from '../../shared/batch.ts'
import { historyOnDisk } from '../journal/disk-errors.ts'
import type { CreateStore } from '../journal/json-store.ts'
import { Shard } from '../journal/shard.ts'

const memorySchema = z.object({
  folder: z.string(),
  /** The folder's place and drive when it was first watched; null where that was not known. */
  root: dropRootSchema.nullable().default(null),
  /** Where files go that come; null before the first, and once another server, folder or preset was chosen. */
  batchId: z.string().nullable(),
  /** Batches that files of it went to before. */
  earlier: z.array(z.string()).readonly().default([]),
  /**
   * Path below the folder -> size and modification time, of files that are not to be uploaded as they are: they were there
   * before it was watched, or the person removed them from the list. Null: all are.
   */
  before: z.record(z.string(), z.tuple([z.number(), z.number()])).nullable(),
})
export type WatchFacts = Readonly<z.infer<typeof memorySchema>>

/** Of one watched folder. */
export class WatchMemory {
  readonly #shard: Shard<WatchFacts>

  /** @param id of the watched folder: letters, digits and dashes */
  constructor(
    { stateDir, createStore }: { readonly stateDir: string; readonly createStore: CreateStore },
    id: string,
  ) {
    this.#shard = new Shard({
      folder: join(stateDir, 'history'),
      name: `watched-${id}`,
      schema: memorySchema,
      createStore,
      words: historyOnDisk,
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

  /** The folder is no longer watched. */
  forget(): void {
    this.#shard.delete()
  }
}
