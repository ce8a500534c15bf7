/** The bodies of the protocol by the names that its document gives them: the very schemas that parse and type them. */
import { z } from 'zod'
import {
  chunkReceiptSchema,
  completeRequestSchema,
  createTaskRequestSchema,
  errorBodySchema,
  healthSchema,
  statsSchema,
  storedFileSchema,
  taskSchema,
  verifyingSchema,
} from '../../src/shared/protocol/wire.ts'
import * as contract from '../routes/dialects/contract/contract-schemas.ts'

/** What clients send. */
export const requestSchemas = {
  CreateTask: createTaskRequestSchema,
  Complete: completeRequestSchema,
  Announcement: contract.announcementSchema,
  ChunkForm: contract.chunkFieldsSchema.extend({
    chunk: z.file().describe('The bytes. They go straight to their place when the other fields come first.'),
  }),
}

/** What the server answers. */
export const answerSchemas = {
  Task: taskSchema,
  ChunkReceipt: chunkReceiptSchema,
  StoredFile: storedFileSchema,
  Verifying: verifyingSchema,
  Health: healthSchema,
  Stats: statsSchema,
  /** The published contract says `success: false` beside the error. */
  Error: errorBodySchema.extend({ success: z.literal(false).optional() }),
  HeldChunks: contract.heldChunksSchema,
  ChunkTaken: contract.chunkTakenSchema,
  Completed: contract.completedSchema,
  UploadStatus: contract.uploadStatusSchema,
  Removed: contract.removedSchema,
  OpenApi: z.looseObject({ openapi: z.string() }),
}

export const schemas = { ...requestSchemas, ...answerSchemas }
