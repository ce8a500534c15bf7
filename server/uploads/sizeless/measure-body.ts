/** Reads a body of unknown length: counts and hashes it on the way, and stops when the disk is full. */
import type { ChunkDigest } from '../../../src/shared/protocol/wire.ts'
import { createChunkHash } from '../../digests.ts'
import type { Uploads } from '../context.ts'
import type { ChunkBody } from '../receive-chunk.ts'
import { storageFull } from '../upload-errors.ts'

export interface Measured {
  /** Bytes. */
  readonly length: number
  /** `<algorithm>:<hex>` by algorithm, for those that were asked for. */
  readonly digests: ReadonlyMap<ChunkDigest, string>
}

export interface MeasureOptions {
  /** What to compute of the bytes. */
  readonly algorithms: readonly ChunkDigest[]
  /** Throws when a body of so many bytes is too long; called for every piece. */
  refuseTooLong(bytes: number): void
  readonly signal?: AbortSignal | undefined
  /** The promise that it returns is waited for before the next piece is read. */
  onPiece?(piece: Uint8Array): Promise<void> | undefined
}

/** What the row of a chunk keeps whose client states no digest. */
const kept = 'crc32c'
export const keptAlgorithms: readonly ChunkDigest[] = [kept]

/** The digest for the row of a chunk that was measured with `keptAlgorithms`, or more. */
export function keptDigest({ digests }: Measured): string {
  return digests.get(kept) ?? ''
}

/** The free space is checked again after so many bytes. */
const checkEveryBytes = 16 * 1024 * 1024

/** @throws UploadError `storage-full`, what `refuseTooLong` throws, and the body's own errors */
export async function measureBody(
  uploads: Uploads,
  body: ChunkBody,
  options: MeasureOptions,
): Promise<Measured> {
  const hashes = options.algorithms.map((algorithm) => ({ algorithm, hash: createChunkHash(algorithm) }))
  let length = 0
  let checkAt = 0
  const checkAndPassOn = async (piece: Uint8Array) => {
    checkAt = length + checkEveryBytes
    if ((await uploads.store.freeBytes()) < piece.length) throw storageFull()
    await options.onPiece?.(piece)
  }
  await body.read((piece) => {
    length += piece.length
    options.refuseTooLong(length)
    for (const { hash } of hashes) hash.update(piece)
    return options.onPiece !== undefined && length > checkAt
      ? checkAndPassOn(piece)
      : options.onPiece?.(piece)
  }, options.signal ?? new AbortController().signal)
  const digests = new Map(hashes.map(({ algorithm, hash }) => [algorithm, hash.digest()]))
  return { length, digests }
}
