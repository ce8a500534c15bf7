/** Reads a body of unknown length: counts and hashes it on the way. */
import type { ChunkDigest } from '../../../src/shared/protocol/wire.ts'
import { createChunkHash } from '../../digests.ts'
import type { ChunkBody } from '../receive-chunk.ts'

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

/** @throws what `refuseTooLong` and `onPiece` throw, and the body's own errors */
export async function measureBody(body: ChunkBody, options: MeasureOptions): Promise<Measured> {
  const hashes = options.algorithms.map((algorithm) => ({ algorithm, hash: createChunkHash(algorithm) }))
  let length = 0
  await body.read((piece) => {
    length += piece.length
    options.refuseTooLong(length)
    for (const { hash } of hashes) hash.update(piece)
    return options.onPiece?.(piece)
  }, options.signal ?? new AbortController().signal)
  const digests = new Map(hashes.map(({ algorithm, hash }) => [algorithm, hash.digest()]))
  return { length, digests }
}
