/** Findings of a start that the person has not dismissed yet, so that the next start reports them too. */
import { join } from 'node:path'
import { z } from 'zod'
import { queueOnDisk } from './disk-errors.ts'
import type { CreateStore } from './json-store.ts'
import { Shard } from './shard.ts'

const findingsSchema = z.object({ changed: z.array(z.string()), missing: z.array(z.string()) })

/** Ids of items whose originals had changed, or were missing. */
export type RestartFindings = Readonly<z.infer<typeof findingsSchema>>

export class RestartMemory {
  readonly #shard: Shard<RestartFindings>

  /** @param options.stateDir absolute; its folder `journal/` is there */
  constructor({ stateDir, createStore }: { readonly stateDir: string; readonly createStore: CreateStore }) {
    const folder = join(stateDir, 'journal')
    this.#shard = new Shard({
      folder,
      name: 'restart',
      schema: findingsSchema,
      createStore,
      words: queueOnDisk,
    })
  }

  /** What was saved last; nothing where that can't be read, since the files show it too. */
  read(): RestartFindings {
    return this.#shard.read().value ?? { changed: [], missing: [] }
  }

  /** @throws UploadError `disk-full` */
  keep(findings: RestartFindings): void {
    this.#shard.write(findings)
  }

  forget(): void {
    this.#shard.delete()
  }
}
