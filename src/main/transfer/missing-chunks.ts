/** Chunk arithmetic: which chunks the server lacks, where each begins, how many bytes the server holds. */
import type { Task } from '../../shared/protocol/wire.ts'

/** A chunk's place in the file; offset and length in bytes. */
export interface ChunkRange {
  readonly index: number
  readonly offset: number
  readonly length: number
}

type Layout = Pick<Task, 'chunkSize' | 'totalChunks' | 'uploadedChunks'>

/** Whether the server's chunk numbers fit a file of `size` bytes. If not, the file would be cut up wrongly. */
export function fitsFile(task: Layout, size: number): boolean {
  return (
    task.totalChunks === Math.ceil(size / task.chunkSize) &&
    task.uploadedChunks.every((index) => index < task.totalChunks)
  )
}

/**
 * The chunks that the server lacks, in file order.
 * @param size of the file, in bytes
 */
export function* missingChunks(task: Layout, size: number): Generator<ChunkRange> {
  const held = new Set(task.uploadedChunks)
  for (let index = 0; index < task.totalChunks; index++) {
    if (!held.has(index)) yield chunkRange(task.chunkSize, index, size)
  }
}

/**
 * How many bytes of the file the server holds.
 * @param size of the file, in bytes
 */
export function heldBytes(task: Layout, size: number): number {
  return task.uploadedChunks.reduce((sum, index) => sum + chunkRange(task.chunkSize, index, size).length, 0)
}

function chunkRange(chunkSize: number, index: number, size: number): ChunkRange {
  const offset = index * chunkSize
  return { index, offset, length: Math.min(chunkSize, size - offset) }
}
