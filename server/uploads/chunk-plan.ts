/** How a file falls into chunks: arithmetic only. */
import type { PartialPlan } from '../storage/store.ts'

/** Keeps answers and rows small, however large the file: beyond this many chunks they grow in the place of their count. */
const maxChunks = 10_000
const mebibyte = 1024 * 1024

export interface ChunkPlan {
  /** Bytes of the file. */
  readonly size: number
  /** Bytes of every chunk but the last. */
  readonly chunkSize: number
  /** Count of chunks, where the client gave it in the place of the sizes: an empty last chunk counts too. */
  readonly announcedChunks?: number | null
}

/** The chunk size for a file, bytes. @param preferred what the server is set to, bytes */
export function chunkSizeFor(size: number, preferred: number): number {
  const needed = Math.ceil(size / maxChunks)
  return needed <= preferred ? preferred : Math.ceil(needed / mebibyte) * mebibyte
}

/** 0 for an empty file. */
export function totalChunks(plan: ChunkPlan): number {
  return plan.announcedChunks ?? Math.ceil(plan.size / plan.chunkSize)
}

/** Bytes of one chunk. @param chunkIndex within 0 … totalChunks - 1 */
export function chunkLength(plan: ChunkPlan, chunkIndex: number): number {
  return Math.min(plan.chunkSize, plan.size - chunkIndex * plan.chunkSize)
}

/** The plan as a store wants to know it. */
export function partialPlan(plan: ChunkPlan): PartialPlan {
  return { size: plan.size, chunkSize: plan.chunkSize, totalChunks: totalChunks(plan) }
}

/** All indexes of the plan, ascending. */
export function allChunks(plan: ChunkPlan): number[] {
  return firstChunks(totalChunks(plan))
}

/** So many indexes from 0 on. */
export function firstChunks(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

/** Whole percent; nothing of nothing is all. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((part / whole) * 100)
}
