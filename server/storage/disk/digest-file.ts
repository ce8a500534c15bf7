/** Reads a file once and hashes it, whole or chunk by chunk; runs on the main thread for small files, else in a worker. */
import { createHash, type Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

const bufferBytes = 1024 * 1024

export interface DigestOrder {
  readonly algorithm: 'md5' | 'sha256'
  /** Bytes per digest; undefined for one digest of the whole file. */
  readonly chunkSize?: number
}

/**
 * The digests of an open file, in hex, in order.
 * @param onBytes called after each read with the count of bytes read so far
 */
export async function digestHandle(
  handle: Pick<FileHandle, 'read'>,
  order: DigestOrder,
  onBytes: (bytes: number) => void,
): Promise<readonly string[]> {
  const chunkSize = order.chunkSize ?? Number.POSITIVE_INFINITY
  const buffer = Buffer.allocUnsafe(Math.min(bufferBytes, chunkSize))
  const digests: string[] = []
  let hash: Hash | undefined
  let offset = 0
  let leftInChunk = chunkSize
  while (true) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, leftInChunk), offset)
    if (bytesRead === 0) break
    hash ??= createHash(order.algorithm)
    hash.update(buffer.subarray(0, bytesRead))
    offset += bytesRead
    leftInChunk -= bytesRead
    onBytes(offset)
    if (leftInChunk > 0) continue
    digests.push(hash.digest('hex'))
    hash = undefined
    leftInChunk = chunkSize
  }
  if (hash !== undefined) digests.push(hash.digest('hex'))
  if (digests.length === 0 && order.chunkSize === undefined)
    digests.push(createHash(order.algorithm).digest('hex'))
  return digests
}
