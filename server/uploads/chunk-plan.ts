/** How a file is divided into chunks: arithmetic only. */
import { mostChunks } from '../../src/shared/protocol/wire.ts'
import type { PartialPlan } from '../storage/store.ts'

/** Keeps answers and rows small: files that would have more chunks than this get larger ones. */
const maxChunks = 10_000
const mebibyte = 1024 * 1024

interface ChunkPlan {
  /** Bytes of the file. */
  readonly size: number
  /** Bytes of every chunk but the last. */
  readonly chunkSize: number
  /** Count of chunks, when the client stated it instead of the size; an empty last chunk counts too. */
  readonly announcedChunks?: number | null
}

/**
 * The chunk size for a file, bytes.
 * @param preferred the configured chunk size, bytes
 * @param largest what gets through on the way to the client, bytes; exceeded where the file would have too many chunks
 */
export function chunkSizeFor(size: number, preferred: number, largest = Number.POSITIVE_INFINITY): number {
  const usual = fewChunks(size, preferred, { atMost: maxChunks, step: mebibyte })
  if (usual <= largest) return usual
  return fewChunks(size, Math.min(preferred, largest), { atMost: mostChunks, step: 64 * 1024 })
}

/** The preferred size, or the next multiple of `step` with which there are no more chunks than `atMost`. */
function fewChunks(size: number, preferred: number, { atMost, step }: { atMost: number; step: number }) {
  const needed = Math.ceil(size / atMost)
  return needed <= preferred ? preferred : Math.ceil(needed / step) * step
}

/** 0 for an empty file, and for one whose size is not known yet. */
export function totalChunks(plan: ChunkPlan): number {
  return plan.announcedChunks ?? Math.ceil(Math.max(0, plan.size) / plan.chunkSize)
}

/** Bytes of one chunk. @param chunkIndex from 0 to totalChunks - 1 */
export function chunkLength(plan: ChunkPlan, chunkIndex: number): number {
  return Math.min(plan.chunkSize, plan.size - chunkIndex * plan.chunkSize)
}

/** The plan in the form that a store takes. */
export function partialPlan(plan: ChunkPlan): PartialPlan {
  return { size: plan.size, chunkSize: plan.chunkSize, totalChunks: totalChunks(plan) }
}

/** All indexes of the plan, ascending. */
export function allChunks(plan: ChunkPlan): number[] {
  return firstChunks(totalChunks(plan))
}

/** The indexes from 0 to count - 1. */
export function firstChunks(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

/** Whole percent, rounded down; 100 when the whole is 0. */
export function percent(part: number, whole: number): number {
  return whole === 0 ? 100 : Math.floor((part / whole) * 100)
}
