/** Hashes files: small ones on the calling thread, large ones in one worker thread, so that a video delays no other request. */
import { constants } from 'node:fs'
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { OnBytes } from '../store.ts'
import { type DigestOrder, digestHandle } from './digest-file.ts'
import type { DigestJob } from './digest-worker.ts'
import { coded } from './errors.ts'
import type { FileOperations } from './file-operations.ts'
import { noFollow } from './open-files.ts'

/** For smaller files the way to the worker and back would cost more, bytes. */
const smallFileBytes = 4 * 1024 * 1024

export class DigestPool {
  readonly #files: FileOperations
  #pool: Piscina<DigestJob, readonly string[]> | undefined

  constructor(files: FileOperations) {
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

  /** Stops the worker; running jobs reject. */
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
  // From source this file ends in .ts; in the build everything is in one flat folder as .js.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return new Piscina<DigestJob, readonly string[]>({
    filename: new URL(`./digest-worker.${extension}`, import.meta.url).href,
    name: 'digest',
    minThreads: 0,
    maxThreads: 1,
    // One core hashes; jobs alternate between their reads, so that a small file never waits for a video.
    concurrentTasksPerWorker: 4,
    idleTimeout: 30_000,
  })
}
