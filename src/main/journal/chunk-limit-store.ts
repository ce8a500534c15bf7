/** The largest chunks that got through to each server, so that the next start begins with them. */
import { join } from 'node:path'
import { z } from 'zod'
import { leastChunkBytes } from '../../shared/protocol/wire.ts'
import { queueOnDisk } from './disk-errors.ts'
import type { CreateStore } from './json-store.ts'
import { Shard } from './shard.ts'

/** Whoever runs the proxy may have raised its limit by then: it is found out anew. */
const keptMs = 7 * 24 * 60 * 60 * 1000
const mostServers = 50

const contentSchema = z.object({
  limits: z.array(
    z.object({
      /** The server's address; another address is another way. */
      url: z.string(),
      bytes: z.int().min(leastChunkBytes),
      /** ms since 1970. */
      learnedAtMs: z.number(),
    }),
  ),
})

export class ChunkLimitStore {
  readonly #shard: Shard<z.infer<typeof contentSchema>>

  /** @param options.stateDir absolute; its folder `journal/` is there */
  constructor({ stateDir, createStore }: { readonly stateDir: string; readonly createStore: CreateStore }) {
    const folder = join(stateDir, 'journal')
    const name = 'chunk-limits'
    this.#shard = new Shard({ folder, name, schema: contentSchema, createStore, words: queueOnDisk })
  }

  /** What was learned about a server within the last week, bytes; null for nothing. */
  get(url: string): number | null {
    return this.#fresh().find((limit) => limit.url === url)?.bytes ?? null
  }

  /** @throws UploadError `disk-full` */
  keep(url: string, bytes: number): void {
    const others = this.#fresh().filter((limit) => limit.url !== url)
    this.#shard.write({ limits: [{ url, bytes, learnedAtMs: Date.now() }, ...others].slice(0, mostServers) })
  }

  /** A file that can't be read is no loss: what it held is learned again. */
  #fresh() {
    const { value } = this.#shard.read()
    return (value?.limits ?? []).filter(({ learnedAtMs }) => Date.now() - learnedAtMs < keptMs)
  }
}
