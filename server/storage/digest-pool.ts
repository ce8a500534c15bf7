/** Hashes big files in one worker thread, so that verifying a clip delays no other request. */
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { DigestOrder } from './digest.ts'
import type { DigestJob } from './digest-worker.ts'

export class DigestPool {
  #pool: Piscina<DigestJob, readonly string[]> | undefined

  /** Hex digests of the file at an absolute path. @throws the system's error when it cannot be read */
  async digest(
    path: string,
    order: DigestOrder,
    onBytes: (bytes: number) => void,
  ): Promise<readonly string[]> {
    this.#pool ??= createPool()
    const { port1, port2 } = new MessageChannel()
    port1.on('message', onBytes)
    port1.unref()
    try {
      return await this.#pool.run({ ...order, path, progress: port2 }, { transferList: [port2] })
    } finally {
      port1.close()
    }
  }

  /** Stops the worker; jobs under way reject. */
  async close(): Promise<void> {
    await this.#pool?.destroy()
  }
}

function createPool(): Piscina<DigestJob, readonly string[]> {
  // From source this file ends in .ts; in the build everything lies flat in one folder as .js.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new Piscina<DigestJob, readonly string[]>({
    filename: new URL(`./digest-worker.${extension}`, import.meta.url).href,
    name: 'digest',
    minThreads: 0,
    maxThreads: 1,
    // One core hashes; the jobs take turns at their reads, so that a small file never waits for a clip.
    concurrentTasksPerWorker: 4,
    idleTimeout: 30_000,
  })
}
