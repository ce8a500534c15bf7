/** Batches that a server was told of and whose end it does not know yet, so that a later run tells it. */
import { join } from 'node:path'
import { z } from 'zod'
import type { UploadError } from '../../shared/protocol/errors.ts'
import { untoldOnDisk } from './disk-errors.ts'
import type { CreateStore } from './json-store.ts'
import { Shard } from './shard.ts'

const contentSchema = z.object({ batchIds: z.array(z.string()) })

export class UntoldStore {
  readonly #shard: Shard<z.infer<typeof contentSchema>>

  readonly #report: (problem: UploadError) => void

  /**
   * @param options.stateDir absolute; its folder `journal/` is there
   * @param report takes what can't be read
   */
  constructor(
    { stateDir, createStore }: { readonly stateDir: string; readonly createStore: CreateStore },
    report: (problem: UploadError) => void,
  ) {
    this.#report = report
    const folder = join(stateDir, 'journal')
    const name = 'untold-batches'
    this.#shard = new Shard({ folder, name, schema: contentSchema, createStore, words: untoldOnDisk })
  }

  /** A file that can't be read is no loss: the server goes on to call those batches open. */
  read(): readonly string[] {
    const { value, problem } = this.#shard.read()
    if (problem) this.#report(problem)
    return value?.batchIds ?? []
  }

  /** @throws UploadError `disk-full` */
  write(batchIds: readonly string[]): void {
    this.#shard.write({ batchIds: [...batchIds] })
  }
}
