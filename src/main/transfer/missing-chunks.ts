/** Chunk arithmetic: which chunks the server lacks, where each begins, how many bytes the server holds. */
import { mostChunks, type Task } from '../../shared/protocol/wire.ts'

/** The smallest and the largest chunk size that a server can be set to, bytes. */
const leastChunkSize = 64 * 1024
const mostChunkSize = 1024 * 1024 * 1024

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
    task.uploadedChunks.every((index) => index < task.totalChunks) &&
    new Set(task.uploadedChunks).size === task.uploadedChunks.length
  )
}

/** Whether a server can have been set to cut files like that: not into a request for each byte, nor into one for everything. */
export function isUsualLayout({ chunkSize, totalChunks }: Layout): boolean {
  if (chunkSize > mostChunkSize || totalChunks > mostChunks) return false
  return totalChunks <= 1 || chunkSize >= leastChunkSize
}

/** Whether it may be a list of chunks: whole numbers, and no more of them than a file has chunks. */
export function isListOfIndexes(list: readonly unknown[]): boolean {
  return list.length <= mostChunks && list.every((index) => Number.isSafeInteger(index) && Number(index) >= 0)
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
