/** Hashes files: small ones where it is called, big ones in one worker thread, so that a clip delays no other request. */
import { constants } from 'node:fs'
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { OnBytes } from '../store.ts'
import { type DigestOrder, digestHandle } from './digest-file.ts'
import type { DigestJob } from './digest-worker.ts'
import { coded } from './errors.ts'
import type { DiskFiles } from './file-operations.ts'
import { noFollow } from './open-files.ts'

/** Up to this the way to a worker and back would cost more. */
const smallFileBytes = 4 * 1024 * 1024

export class Digests {
  readonly #files: DiskFiles
  #pool: Piscina<DigestJob, readonly string[]> | undefined

  constructor(files: DiskFiles) {
    this.#files = files
  }

  /** Hex digests of the file at an absolute path. @throws UploadError `storage-failed` */
  of(path: string, order: DigestOrder, onBytes: OnBytes): Promise<readonly string[]> {
    return coded(async () => {
      const handle = await this.#files.open(path, constants.O_RDONLY | noFollow)
      try {
        const { size } = await handle.stat()
        if (size <= smallFileBytes) return await digestHandle(handle, order, onBytes)
      } finally {
        await handle.close()
      }
      return this.#inWorker(path, order, onBytes)
    })
  }

  /** Stops the worker; jobs under way reject. */
  async close(): Promise<void> {
    await this.#pool?.destroy()
  }

  async #inWorker(path: string, order: DigestOrder, onBytes: OnBytes): Promise<readonly string[]> {
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
