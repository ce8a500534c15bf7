/** Sends a chunk of known length on to the object store while it comes in: it is never whole in memory. */
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { Gathered } from '../piece-buffer.ts'
import type { ChunkWriter } from '../store.ts'
import type { S3Stream } from './bucket.ts'
import { toS3Error } from './errors.ts'

/** A chunk up to this is sent from memory, again and again if need be; of a longer one so much waits on its way. */
const gatherBytes = 256 * 1024

/** Where bytes go. */
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
  readonly #held = new Gathered()
  #sending: Sending | undefined

  /** @param length bytes that will come @param sha256 hex, where it is known beforehand */
  constructor(target: S3Target, length: number, sha256: string | undefined) {
    this.#target = target
    this.#length = length
    this.#sha256 = sha256
  }

  write(piece: Uint8Array): Promise<void> | undefined {
    this.#held.add(piece)
    if (this.#sending === undefined && this.#held.length <= gatherBytes) return undefined
    this.#sending ??= this.#begin()
    return this.#forward(this.#sending)
  }

  async finish(): Promise<void> {
    try {
      if (this.#sending === undefined) return await this.#target.putBytes(Buffer.concat(this.#held.take()))
      const { body, request } = this.#sending
      for (const piece of this.#held.take()) body.write(piece)
      body.end()
      await request
    } catch (thrown) {
      throw toS3Error(thrown)
    }
  }

  async abandon(): Promise<void> {
    if (this.#sending === undefined) return
    const { body, controller, request } = this.#sending
    controller.abort()
    body.destroy()
    // The chunk's turn ends only when the store cannot take it any more.
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

  /** Sends all but the last piece: without that the store has no chunk, should its digest turn out to be wrong. */
  #forward({ body, request }: Sending): Promise<void> | undefined {
    let goesOn = true
    for (const piece of this.#held.takeAllButLast()) goesOn = body.write(piece)
    return goesOn ? undefined : drained(body, request)
  }
}

/** Resolves when more may be written. @throws UploadError when the store refused the request meanwhile */
async function drained(body: PassThrough, request: Promise<void>): Promise<void> {
  try {
    await Promise.race([once(body, 'drain'), request])
  } catch (thrown) {
    throw toS3Error(thrown)
  }
}
