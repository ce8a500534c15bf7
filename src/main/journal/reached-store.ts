/** Addresses at which PhotoFerry servers have answered, so that a later run knows that nobody has mistyped them. */
import { join } from 'node:path'
import { z } from 'zod'
import { queueOnDisk } from './disk-errors.ts'
import type { CreateStore } from './json-store.ts'
import { Shard } from './shard.ts'

const mostServers = 50

/** The address that was reached last comes first. */
const contentSchema = z.object({ urls: z.array(z.string()) })

export class ReachedStore {
  readonly #shard: Shard<z.infer<typeof contentSchema>>

  /** @param options.stateDir absolute; its folder `journal/` is there */
  constructor({ stateDir, createStore }: { readonly stateDir: string; readonly createStore: CreateStore }) {
    const folder = join(stateDir, 'journal')
    const name = 'reached-servers'
    this.#shard = new Shard({ folder, name, schema: contentSchema, createStore, words: queueOnDisk })
  }

  /** Whether a server has answered at this address, in this run or an earlier one. */
  has(url: string): boolean {
    return this.#urls().includes(url)
  }

  /** @throws UploadError `disk-full` */
  keep(url: string): void {
    const urls = this.#urls()
    if (urls.includes(url)) return
    this.#shard.write({ urls: [url, ...urls].slice(0, mostServers) })
  }

  /** A file that can't be read is no loss: the next answer is kept again. */
  #urls(): readonly string[] {
    return this.#shard.read().value?.urls ?? []
  }
}
