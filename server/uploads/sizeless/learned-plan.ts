/**
 * How a sizeless file is divided into chunks, learned from the chunks themselves: every chunk but the last is as long as the
 * first of them that arrived. Arithmetic only.
 */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import { type TaskPlan, type TaskRow, unknownBytes } from '../../ledger/ledger.ts'
import { totalChunks } from '../chunk-plan.ts'
import { fileTooLarge } from '../upload-errors.ts'

type Sizes = Pick<TaskRow, 'size' | 'chunkSize' | 'announcedChunks'>

/** Whether the chunk is the one that may be smaller. */
export function isLastChunk(task: Sizes, chunkIndex: number): boolean {
  return chunkIndex === totalChunks(task) - 1
}

/** The chunk's offset in the file, bytes; undefined while the size of the others is unknown. */
export function chunkOffset(task: Sizes, chunkIndex: number): number | undefined {
  if (totalChunks(task) === 1) return 0
  return task.chunkSize === unknownBytes ? undefined : chunkIndex * task.chunkSize
}

/** The most bytes that the chunk can have, as far as is known yet. @param maxFileSize bytes */
function maxLengthOf(task: Sizes, chunkIndex: number, maxFileSize: number): number {
  const others = totalChunks(task) - 1
  if (others === 0) return maxFileSize
  if (task.chunkSize === unknownBytes) {
    return isLastChunk(task, chunkIndex) ? maxFileSize - others : Math.floor(maxFileSize / others)
  }
  if (!isLastChunk(task, chunkIndex)) return task.chunkSize
  return Math.min(task.chunkSize, maxFileSize - others * task.chunkSize)
}

/**
 * @param bytes length of the chunk, or of as much of it as has arrived
 * @param maxFileSize bytes
 * @throws UploadError `chunk-invalid`, `file-too-large`
 */
export function refuseTooLong(task: Sizes, chunkIndex: number, bytes: number, maxFileSize: number): void {
  if (bytes <= maxLengthOf(task, chunkIndex, maxFileSize)) return
  if (task.chunkSize !== unknownBytes && bytes > task.chunkSize) throw unequal(chunkIndex, task.chunkSize)
  throw fileTooLarge(maxFileSize)
}

/**
 * What a whole chunk reveals about its file; undefined when that was known before.
 * @param length bytes of the chunk
 * @param unplacedLength bytes of the last chunk while it is unplaced
 * @param maxFileSize bytes
 * @returns both sizes unknown when the chunk is the last one and has to stay unplaced
 * @throws UploadError `chunk-invalid`, `file-too-large`
 */
export function learnPlan(
  task: Sizes,
  chunkIndex: number,
  length: number,
  unplacedLength: number | undefined,
  maxFileSize: number,
): Omit<TaskPlan, 'unplacedPartial'> | undefined {
  refuseTooLong(task, chunkIndex, length, maxFileSize)
  const others = totalChunks(task) - 1
  const { chunkSize } = task
  if (others === 0) return { chunkSize: Math.max(1, length), size: length }
  if (isLastChunk(task, chunkIndex)) {
    if (chunkSize === unknownBytes) return { chunkSize, size: unknownBytes }
    return { chunkSize, size: others * chunkSize + length }
  }
  if (length === 0) throw new UploadError('chunk-invalid', `Chunk ${chunkIndex} is empty.`)
  if (chunkSize !== unknownBytes) {
    if (length !== chunkSize) throw unequal(chunkIndex, chunkSize)
    return undefined
  }
  if (unplacedLength === undefined) return { chunkSize: length, size: unknownBytes }
  const learned = { ...task, chunkSize: length }
  refuseTooLong(learned, others, unplacedLength, maxFileSize)
  return { chunkSize: length, size: others * length + unplacedLength }
}

function unequal(chunkIndex: number, chunkSize: number): UploadError {
  const message = `Chunk ${chunkIndex} has a wrong length: all chunks but the last have ${chunkSize} bytes, the last no more.`
  return new UploadError('chunk-invalid', message)
}
