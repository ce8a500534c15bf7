/** The bodies of the protocol by their names in the document: the same schemas that parse and type them. */
import { z } from 'zod'
import {
  batchListSchema,
  batchMessageSchema,
  batchSchema,
  beginBatchSchema,
  namedFilesSchema,
  nameFilesSchema,
} from '../../src/shared/protocol/batches.ts'
import {
  bundleAnswerSchema,
  offersAnswerSchema,
  offersRequestSchema,
} from '../../src/shared/protocol/bundles.ts'
import {
  checkingSchema,
  chunkReceiptSchema,
  completeRequestSchema,
  createTaskRequestSchema,
  digestsNeededSchema,
  errorBodySchema,
  fileListSchema,
  forgottenSchema,
  healthSchema,
  linkListSchema,
  madeLinkSchema,
  scrubSchema,
  statsSchema,
  storedFileSchema,
  taskSchema,
  verifiedFileSchema,
  verifyingSchema,
} from '../../src/shared/protocol/wire.ts'
import * as contract from '../routes/dialects/contract/contract-schemas.ts'
import * as documents from '../routes/dialects/documents/document-schemas.ts'
import { problemSchema } from '../routes/dialects/resumable/problems.ts'
import { linkRequestSchema } from '../routes/links/link-routes.ts'
import { chunkServiceTaskSchema } from '../routes/native/chunk-service.ts'

/** What clients send. */
export const requestSchemas = {
  CreateTask: createTaskRequestSchema,
  Offers: offersRequestSchema,
  Complete: completeRequestSchema,
  Announcement: contract.announcementSchema,
  ChunkForm: contract.chunkFieldsSchema.extend({
    chunk: z.file().describe('The bytes. They are written in place when the other fields come first.'),
  }),
  BatchForm: documents.namedChunkFieldsSchema.partial().extend({ file: z.file().describe('The bytes.') }),
  NumberedForm: documents.namedChunkFieldsSchema.extend({ file: z.file().describe('The bytes.') }),
  UnnamedForm: documents.unnamedChunkFieldsSchema.extend({ chunk: z.file().describe('The bytes.') }),
  Merge: documents.mergeSchema,
  MakeLink: linkRequestSchema,
  BeginBatch: beginBatchSchema,
  NameFiles: nameFilesSchema,
}

/** What the server answers. */
export const answerSchemas = {
  Problem: problemSchema,
  Task: taskSchema,
  OfferAnswer: z.union([chunkServiceTaskSchema, taskSchema, digestsNeededSchema]),
  OfferVerdicts: offersAnswerSchema,
  BundleAnswer: bundleAnswerSchema,
  Checking: checkingSchema,
  ChunkReceipt: chunkReceiptSchema,
  StoredFile: storedFileSchema,
  Verifying: verifyingSchema,
  Health: healthSchema,
  Stats: statsSchema,
  Scrub: scrubSchema,
  Forgotten: forgottenSchema,
  FileList: fileListSchema,
  VerifiedFile: verifiedFileSchema,
  LinkList: linkListSchema,
  MadeLink: madeLinkSchema,
  Batch: batchSchema,
  BatchList: batchListSchema,
  BatchMessage: batchMessageSchema,
  NamedFiles: namedFilesSchema,
  /** The published contract adds `success: false` to the error, the routes of the documents its message. */
  Error: errorBodySchema.extend({ success: z.literal(false).optional(), message: z.string().optional() }),
  HeldChunks: contract.presentChunksSchema,
  ChunkTaken: contract.chunkStoredSchema,
  Completed: contract.completedSchema,
  UploadStatus: contract.uploadStatusSchema,
  Removed: contract.removedSchema,
  ChunkMessage: documents.chunkMessageSchema,
  BatchUpload: documents.batchUploadSchema,
  Merged: documents.mergedSchema,
  OpenApi: z.looseObject({ openapi: z.string() }),
}

export const schemas = { ...requestSchemas, ...answerSchemas }
