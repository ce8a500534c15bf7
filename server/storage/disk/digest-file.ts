/** Reads a file once and hashes it, whole or chunk by chunk; runs on the main thread for small files, else in a worker. */
import type { FileHandle } from 'node:fs/promises'
import type { ChunkDigest } from '../../../src/shared/protocol/wire.ts'
import { type ChunkHash, createChunkHash, type FileDigests, FileHash } from '../../digests.ts'
import type { Throttle } from '../throttle.ts'

const bufferBytes = 1024 * 1024

/** How a file's chunks are to be hashed. */
export interface ChunkOrder {
  /** Bytes of every chunk but the last. */
  readonly chunkSize: number
  /** By index of the chunk; `crc32c` where there is none. */
  readonly algorithms: readonly (ChunkDigest | undefined)[]
}

/** A file that can be read at an offset. */
type Readable = Pick<FileHandle, 'read'>

/**
 * Both digests of an open file.
 * @param onBytes called after each read with the count of bytes read so far
 * @param throttle how fast to read; left out for as fast as possible
 * @throws ReadingStopped
 */
export async function digestWhole(
  handle: Readable,
  onBytes: (bytes: number) => void,
  throttle?: Throttle,
): Promise<FileDigests> {
  const buffer = Buffer.allocUnsafe(bufferBytes)
  const hash = new FileHash()
  let offset = 0
  while (true) {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset)
    if (bytesRead === 0) return hash.digests()
    hash.update(buffer.subarray(0, bytesRead))
    offset += bytesRead
    onBytes(offset)
    await throttle?.after(bytesRead)
  }
}

/** The digests of an open file's chunks, `<algorithm>:<hex>`, in order; none for an empty file. */
export async function digestChunks(
  handle: Readable,
  { chunkSize, algorithms }: ChunkOrder,
): Promise<readonly string[]> {
  const buffer = Buffer.allocUnsafe(Math.min(bufferBytes, chunkSize))
  const digests: string[] = []
  let hash: ChunkHash | undefined
  let offset = 0
  let leftInChunk = chunkSize
  while (true) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, leftInChunk), offset)
    if (bytesRead === 0) break
    hash ??= createChunkHash(algorithms[digests.length] ?? 'crc32c')
    hash.update(buffer.subarray(0, bytesRead))
    offset += bytesRead
    leftInChunk -= bytesRead
    if (leftInChunk > 0) continue
    digests.push(hash.digest())
    hash = undefined
    leftInChunk = chunkSize
  }
  if (hash !== undefined) digests.push(hash.digest())
  return digests
}
