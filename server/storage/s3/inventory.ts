/**
 * What the object store has of an unfinished file, and which of it makes up each chunk: a part of an upload, consecutive
 * pieces, or a range of a whole that was assembled before. Arithmetic only. If several would do, the one written last
 * counts: a chunk that was sent again replaces its predecessor, wherever that is.
 */

import type { PartialPlan } from '../store.ts'
import type { S3Object } from './bucket.ts'
import { maxParts, minPartBytes, type S3Part, type S3Range, type S3Upload } from './multipart.ts'

/** A part of a chunk, stored as an object of its own. */
export interface S3Piece extends S3Object {
  /** In the chunk, bytes. */
  readonly offset: number
}

export interface S3Inventory {
  /** All chunks, assembled. */
  readonly whole: S3Object | undefined
  /** By chunk. */
  readonly pieces: ReadonlyMap<number, readonly S3Piece[]>
  readonly upload: (S3Upload & { readonly parts: readonly S3Part[] }) | undefined
  /** Of the objects that are neither whole nor pieces. */
  readonly otherKeys: readonly string[]
}

/** Where a chunk's bytes are. */
export type ChunkSource =
  | { readonly kind: 'part'; readonly part: S3Part; readonly writtenAtMs: number }
  | { readonly kind: 'pieces'; readonly ranges: readonly S3Range[]; readonly writtenAtMs: number }
  | { readonly kind: 'whole'; readonly ranges: readonly S3Range[]; readonly writtenAtMs: number }

/** Whether the chunks of such a file can be the parts of one upload; else they are assembled from pieces. */
export function chunksAreParts({
  chunkSize,
  totalChunks,
}: Pick<PartialPlan, 'totalChunks'> & {
  readonly chunkSize: number | undefined
}): boolean {
  return totalChunks > 1 && totalChunks <= maxParts && (chunkSize ?? 0) >= minPartBytes
}

/** Bytes of one chunk. */
function lengthOf({ size, chunkSize }: PartialPlan, chunkIndex: number): number {
  return Math.max(0, Math.min(chunkSize, size - chunkIndex * chunkSize))
}

/** By chunk; undefined for lost chunks. */
export function sourcesOf(inventory: S3Inventory, plan: PartialPlan): (ChunkSource | undefined)[] {
  const parts = new Map(inventory.upload?.parts.map((part) => [part.number - 1, part]))
  return Array.from({ length: plan.totalChunks }, (_, chunkIndex) => {
    const length = lengthOf(plan, chunkIndex)
    const sources = [
      wholeSource(inventory.whole, plan, chunkIndex),
      chainSource(inventory.pieces.get(chunkIndex) ?? [], length),
      partSource(parts.get(chunkIndex), length),
    ]
    return sources.reduce((best, other) =>
      best === undefined || (other !== undefined && other.writtenAtMs >= best.writtenAtMs) ? other : best,
    )
  })
}

function partSource(part: S3Part | undefined, length: number): ChunkSource | undefined {
  if (part?.size !== length) return undefined
  return { kind: 'part', part, writtenAtMs: part.writtenAtMs }
}

function wholeSource(
  whole: S3Object | undefined,
  plan: PartialPlan,
  chunkIndex: number,
): ChunkSource | undefined {
  const start = chunkIndex * plan.chunkSize
  const length = lengthOf(plan, chunkIndex)
  // The last chunk may have been replaced by one of another length: then those before it are still valid.
  const isThere =
    chunkIndex === plan.totalChunks - 1 ? whole?.size === plan.size : start + length <= (whole?.size ?? 0)
  if (whole === undefined || !isThere) return undefined
  const range = { key: whole.key, etag: whole.etag, start, length, isAll: length === whole.size }
  return { kind: 'whole', ranges: [range], writtenAtMs: whole.writtenAtMs }
}

/** There may be pieces of an earlier attempt in between: consecutive pieces from the chunk's beginning on count. */
function chainSource(pieces: readonly S3Piece[], length: number): ChunkSource | undefined {
  const ranges = chainOf(pieces)
  const bytes = ranges.reduce((sum, range) => sum + range.length, 0)
  if (bytes !== length || pieces.length === 0) return undefined
  const keys = new Set(ranges.map((range) => range.key))
  const used = pieces.filter((piece) => keys.has(piece.key))
  return { kind: 'pieces', ranges, writtenAtMs: Math.max(...used.map((piece) => piece.writtenAtMs)) }
}

/** The ranges of consecutive pieces, from offset 0 on. */
export function chainOf(pieces: readonly S3Piece[]): S3Range[] {
  const byOffset = new Map(pieces.map((piece) => [piece.offset, piece]))
  const ranges: S3Range[] = []
  let offset = 0
  for (let piece = byOffset.get(0); piece !== undefined; piece = byOffset.get(offset)) {
    ranges.push({ key: piece.key, etag: piece.etag, start: 0, length: piece.size, isAll: true })
    offset += piece.size
    if (piece.size === 0) break
  }
  return ranges
}
