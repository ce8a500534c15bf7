/** The arithmetic of chunks: which are missing, where each begins, how many bytes the server holds. */
import type { Task } from '../../shared/protocol/wire.ts'

/** A stretch of the payload; bytes. */
export interface ChunkRange {
  readonly index: number
  readonly offset: number
  readonly length: number
}

type Layout = Pick<Task, 'chunkSize' | 'totalChunks' | 'uploadedChunks'>

/** Whether the server's numbers fit the file: anything else would cut it up wrongly. */
export function fitsFile(task: Layout, size: number): boolean {
  return (
    task.totalChunks === Math.ceil(size / task.chunkSize) &&
    task.uploadedChunks.every((index) => index < task.totalChunks)
  )
}

/** The chunks that the server lacks, in file order. */
export function* missingChunks(task: Layout, size: number): Generator<ChunkRange> {
  const held = new Set(task.uploadedChunks)
  for (let index = 0; index < task.totalChunks; index++) {
    if (!held.has(index)) yield chunkRange(task.chunkSize, index, size)
  }
}

/** Bytes of the file that the server holds. */
export function heldBytes(task: Layout, size: number): number {
  return task.uploadedChunks.reduce((sum, index) => sum + chunkRange(task.chunkSize, index, size).length, 0)
}

function chunkRange(chunkSize: number, index: number, size: number): ChunkRange {
  const offset = index * chunkSize
  return { index, offset, length: Math.min(chunkSize, size - offset) }
}
