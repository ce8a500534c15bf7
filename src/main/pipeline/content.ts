/**
 * The bytes of one file on their way, read once where that is enough: a file of a few MB is held in memory, hashed and sent; a
 * larger one is hashed while it is sent, unless its digests are known or the server asks for them first.
 */
import { hash as digestOf } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { Digests } from '../../shared/protocol/digests.ts'
import { endsBytes } from '../../shared/protocol/wire.ts'
import type { RunningHash } from '../hashing/running-hash.ts'
import { assertSameVersion, openSource, stampOpenFile, stampSource } from '../intake/source-file.ts'
import type { ChunkRange } from '../transfer/missing-chunks.ts'
import { beginHash, digestsIn, endHash, hash } from './hash.ts'
import type { Journey } from './journey.ts'
import { readFully } from './read-fully.ts'

/** Files up to this size are held in memory while they are sent, bytes. */
const mostHeldBytes = 8 * 1024 * 1024

/** Bytes that were read to be sent. */
export interface ReadChunk {
  readonly bytes: Buffer
  /** Call it once nothing is sent from them any more. */
  release(): void
}

/** Opens what travels for an item, and reads and hashes a small file. @throws UploadError `source-…`; the signal's reason */
export async function openContent(journey: Journey): Promise<Content> {
  const source = await openSource(journey.payload)
  try {
    const { size } = journey.payload
    const known = digestsIn(journey.item)
    if (size > mostHeldBytes)
      return new Content(journey, source, { known, ends: await readEnds(journey, source) })
    if (known !== null) return new Content(journey, source, { known })
    return await holdContent(journey, source)
  } catch (thrown) {
    await source.close()
    throw thrown
  }
}

async function holdContent(journey: Journey, source: FileHandle): Promise<Content> {
  const { payload, signal, deps } = journey
  journey.enter({ status: 'hashing', hashedBytes: 0 })
  const buffer = await deps.buffers.take(payload.size, signal)
  try {
    const held = await readRange(journey, source, { offset: 0, length: payload.size }, buffer)
    const known = await deps.hashPool.hashBytes(held)
    signal.throwIfAborted()
    return new Content(journey, source, { known, held, buffer })
  } catch (thrown) {
    deps.buffers.giveBack(buffer)
    throw thrown
  }
}

interface ContentFacts {
  /** Digests of the whole file, where they are known. */
  readonly known: Digests | null
  readonly ends?: string
  /** All bytes of the file, and the buffer that they are in. */
  readonly held?: Buffer
  readonly buffer?: Buffer
}

export class Content {
  /** What the server may know a file by that was not read yet; absent for a small one. */
  readonly ends: string | undefined
  readonly #journey: Journey
  readonly #source: FileHandle
  readonly #facts: ContentFacts
  #digests: Digests | null
  #running: RunningHash | null = null

  constructor(journey: Journey, source: FileHandle, facts: ContentFacts) {
    this.#journey = journey
    this.#source = source
    this.#facts = facts
    this.#digests = facts.known
    this.ends = facts.ends
  }

  /** Of the whole file; null while not all of it was read. */
  get digests(): Digests | null {
    return this.#digests
  }

  /** Starts the thread that hashes the file while it is sent: it takes as long as the server needs for its answer. */
  expectToSend(): void {
    if (this.#digests === null) this.#running ??= beginHash(this.#journey)
  }

  /** Reads the whole file now, if it was not read: the server may have it already. @throws UploadError `source-…` */
  async hashFirst(): Promise<Digests> {
    this.#digests ??= await hash(this.#journey)
    return this.#digests
  }

  /** The digests, once every chunk was read that the server lacked. @throws UploadError `source-…`, or the signal's reason */
  async hashRest(): Promise<Digests> {
    this.expectToSend()
    if (this.#running !== null) this.#digests ??= await endHash(this.#journey, this.#running)
    return this.hashFirst()
  }

  /**
   * Reads one chunk; ask for chunks in the order of the file.
   * @throws UploadError `source-changed` as soon as the file is not the version that was meant; `source-…`; the signal's reason
   */
  async read(chunk: ChunkRange, signal: AbortSignal): Promise<ReadChunk> {
    const { held } = this.#facts
    if (held !== undefined) {
      const { payload } = this.#journey
      assertSameVersion(payload, await stampSource(payload))
      const bytes = held.subarray(chunk.offset, chunk.offset + chunk.length)
      return { bytes, release: () => undefined }
    }
    const { buffers } = this.#journey.deps
    const buffer = await buffers.take(chunk.length, signal)
    try {
      const bytes = await readRange(this.#journey, this.#source, chunk, buffer)
      const hashed = this.#pass(bytes, chunk.offset)
      return { bytes, release: () => void hashed.then(() => buffers.giveBack(buffer)) }
    } catch (thrown) {
      buffers.giveBack(buffer)
      throw thrown
    }
  }

  async close(): Promise<void> {
    this.#running?.stop()
    const { buffer } = this.#facts
    if (buffer !== undefined) this.#journey.deps.buffers.giveBack(buffer)
    await this.#source.close()
  }

  /** Fulfils when the bytes are not needed for the digests any more. */
  async #pass(bytes: Uint8Array, offset: number): Promise<void> {
    this.expectToSend()
    if (this.#digests === null) await this.#running?.pass(bytes, offset)
  }
}

/** @throws UploadError `source-changed` where the file is not the version that was meant; `source-…` */
async function readRange(
  { payload }: Journey,
  source: FileHandle,
  { offset, length }: Pick<ChunkRange, 'offset' | 'length'>,
  buffer: Buffer,
): Promise<Buffer> {
  const bytes = buffer.subarray(0, length)
  await readFully(source, bytes, offset, payload)
  assertSameVersion(payload, await stampOpenFile(source, payload.sourcePath))
  return bytes
}

async function readEnds({ payload }: Journey, source: FileHandle): Promise<string> {
  const ends = Buffer.alloc(2 * endsBytes)
  await readFully(source, ends.subarray(0, endsBytes), 0, payload)
  await readFully(source, ends.subarray(endsBytes), payload.size - endsBytes, payload)
  return digestOf('sha256', ends)
}
