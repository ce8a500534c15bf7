/** Hashes files: small ones on the calling thread, large ones in one worker thread, so that a video delays no other request. */
import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { MessageChannel } from 'node:worker_threads'
import { Piscina } from 'piscina'
import type { FileDigests } from '../../digests.ts'
import type { OnBytes } from '../store.ts'
import { orStopped, type Throttle } from '../throttle.ts'
import { type ChunkOrder, digestChunks, digestWhole } from './digest-file.ts'
import type { DigestJob } from './digest-worker.ts'
import { coded } from './errors.ts'
import type { FileOperations } from './file-operations.ts'
import { noFollow } from './open-files.ts'

/** For smaller files the way to the worker and back would cost more, bytes. */
const smallFileBytes = 4 * 1024 * 1024

type Digests = FileDigests | readonly string[]

/** How a file is to be read: chunk by chunk, or whole, and then perhaps slowly. */
interface ReadOrder {
  readonly chunks?: ChunkOrder
  readonly throttle?: Throttle | undefined
}

export class DigestPool {
  readonly #files: FileOperations
  #pool: Piscina<DigestJob, Digests> | undefined

  constructor(files: FileOperations) {
    this.#files = files
  }

  /**
   * Both digests of the file at an absolute path, in one pass.
   * @param throttle how fast to read; left out for as fast as possible
   * @throws UploadError `storage-failed`; ReadingStopped
   */
  ofFile(path: string, onBytes: OnBytes, throttle?: Throttle): Promise<FileDigests> {
    // What a worker threw has lost its class on the way, and what was thrown here was coded.
    return orStopped(throttle, () =>
      this.#read(path, { throttle }, (handle) => digestWhole(handle, onBytes, throttle), onBytes),
    )
  }

  /** The digests of the chunks, `<algorithm>:<hex>`, in order. @throws UploadError `storage-failed` */
  ofChunks(path: string, chunks: ChunkOrder): Promise<readonly string[]> {
    return this.#read(
      path,
      { chunks },
      (handle) => digestChunks(handle, chunks),
      () => undefined,
    )
  }

  /** Stops the worker; running jobs reject. */
  async close(): Promise<void> {
    await this.#pool?.destroy()
  }

  /** @param here does for a small file what the worker does for a large one */
  #read<Result extends Digests>(
    path: string,
    order: ReadOrder,
    here: (handle: FileHandle) => Promise<Result>,
    onBytes: OnBytes,
  ): Promise<Result> {
    return coded(async () => {
      const handle = await this.#files.open(path, constants.O_RDONLY | noFollow)
      try {
        const { size } = await handle.stat()
        if (size <= smallFileBytes) return await here(handle)
      } finally {
        await handle.close()
      }
      // The worker answers what its order asks for.
      return (await this.#inWorker(path, order, onBytes)) as Result
    })
  }

  async #inWorker(path: string, { chunks, throttle }: ReadOrder, onBytes: OnBytes): Promise<Digests> {
    this.#pool ??= createPool()
    const { port1, port2 } = new MessageChannel()
    port1.on('message', onBytes)
    port1.unref()
    try {
      const job = { path, chunks, throttle: throttle?.shared, progress: port2 }
      return await this.#pool.run(job, { transferList: [port2] })
    } finally {
      port1.close()
    }
  }
}

// From source this file ends in .ts; in the build everything is in one flat folder as .js.
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
/** Of the worker's file. */
export const digestWorkerUrl = new URL(`./digest-worker.${extension}`, import.meta.url).href

function createPool(): Piscina<DigestJob, Digests> {
  return new Piscina<DigestJob, Digests>({
    filename: digestWorkerUrl,
    name: 'digest',
    minThreads: 0,
    maxThreads: 1,
    // One core hashes; jobs alternate between their reads, so that a small file never waits for a video.
    concurrentTasksPerWorker: 4,
    idleTimeout: 30_000,
  })
}
