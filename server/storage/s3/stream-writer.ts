/** Sends a chunk of known length on to the object store while it arrives: it is never in memory as a whole. */
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { PieceBuffer } from '../piece-buffer.ts'
import type { ChunkWriter } from '../store.ts'
import type { S3Stream } from './bucket.ts'
import { toStorageError } from './errors.ts'

/** A chunk up to this size is sent from memory, repeatedly if need be; of a larger one, so much waits to be sent. */
const gatherBytes = 256 * 1024

/** Where a chunk's bytes go. */
export interface S3Target {
  putBytes(bytes: Uint8Array): Promise<void>
  putStream(stream: S3Stream): Promise<void>
}

interface Sending {
  readonly body: PassThrough
  readonly controller: AbortController
  readonly request: Promise<void>
}

export class S3StreamWriter implements ChunkWriter {
  readonly #target: S3Target
  readonly #length: number
  readonly #sha256: string | undefined
  readonly #buffer = new PieceBuffer()
  #sending: Sending | undefined

  /** @param length bytes that will come @param sha256 hex, when it is known beforehand */
  constructor(target: S3Target, length: number, sha256: string | undefined) {
    this.#target = target
    this.#length = length
    this.#sha256 = sha256
  }

  write(piece: Uint8Array): Promise<void> | undefined {
    this.#buffer.add(piece)
    if (this.#sending === undefined && this.#buffer.length <= gatherBytes) return undefined
    this.#sending ??= this.#begin()
    return this.#forward(this.#sending)
  }

  async finish(): Promise<void> {
    try {
      if (this.#sending === undefined) return await this.#target.putBytes(Buffer.concat(this.#buffer.drain()))
      const { body, request } = this.#sending
      for (const piece of this.#buffer.drain()) body.write(piece)
      body.end()
      await request
    } catch (thrown) {
      throw toStorageError(thrown)
    }
  }

  async abandon(): Promise<void> {
    if (this.#sending === undefined) return
    const { body, controller, request } = this.#sending
    controller.abort()
    body.destroy()
    // The chunk's lock is released only when the store cannot accept it any more.
    await request.catch(() => undefined)
  }

  #begin(): Sending {
    const body = new PassThrough({ highWaterMark: gatherBytes })
    body.on('error', () => undefined)
    const controller = new AbortController()
    const { signal } = controller
    const request = this.#target.putStream({ body, length: this.#length, sha256: this.#sha256, signal })
    // Awaited by the next call; until then a failure must not count as unhandled.
    request.catch(() => undefined)
    return { body, controller, request }
  }

  /** Sends all but the last piece: without it the store has no chunk, in case the digest turns out to be wrong. */
  #forward({ body, request }: Sending): Promise<void> | undefined {
    let mayContinue = true
    for (const piece of this.#buffer.drainAllButLast()) mayContinue = body.write(piece)
    return mayContinue ? undefined : drained(body, request)
  }
}

/** Resolves when more may be written. @throws UploadError when the store refused the request meanwhile */
async function drained(body: PassThrough, request: Promise<void>): Promise<void> {
  try {
    await Promise.race([once(body, 'drain'), request])
  } catch (thrown) {
    throw toStorageError(thrown)
  }
}
