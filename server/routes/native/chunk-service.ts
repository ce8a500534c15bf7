/**
 * `POST /api/task`, as the client of the document on a chunk service in Koa uses it: it finds in the answer what it has sent,
 * and the chunk to go on with.
 */
import { z } from 'zod'
import {
  type CreateTaskRequest,
  createTaskRequestSchema,
  type Task,
  taskSchema,
} from '../../../src/shared/protocol/wire.ts'

export const chunkServiceTaskSchema = taskSchema.extend({
  ...createTaskRequestSchema.pick({ hash: true, fileName: true, fileType: true, fileSize: true }).shape,
  /** Index of the first chunk that is missing; the count of chunks where none is. */
  currentChunk: z.int().min(0),
})

/** @param task what the native protocol answers */
export function withOffer(
  { hash, fileName, fileType, fileSize }: CreateTaskRequest,
  task: Task,
): z.infer<typeof chunkServiceTaskSchema> {
  const missing = task.uploadedChunks.findIndex((chunkIndex, position) => chunkIndex !== position)
  const currentChunk = missing === -1 ? task.uploadedChunks.length : missing
  return { ...task, hash, fileName, fileType, fileSize, currentChunk }
}
