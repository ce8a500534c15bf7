/**
 * The native wire for batches: a client says what it begins, names the files that were stored, and says when nothing more
 * comes; whether the batch is complete is the server's own verdict. Servers of before answer these routes with 404.
 */
import { z } from 'zod'
import { maxPathBytes, sha256Schema } from './wire.ts'

const countSchema = z.int().nonnegative()

/** Files named in one request at most. */
export const mostNamed = 500
/** Batches of one page at most. */
export const mostBatches = 100

/** The client's own name for a batch. */
export const batchIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,64}$/, 'expected 8 to 64 letters, digits, dashes or underscores')

/** `PUT /api/batches/:batchId`: begins a batch, or opens it again. */
export const beginBatchSchema = z.object({
  /** For people. */
  name: z.string().min(1).max(500),
  /** What is to be sent, as far as the client knows now; bytes. */
  files: countSchema,
  bytes: countSchema,
})
export type BeginBatch = z.infer<typeof beginBatchSchema>

/** A file that is stored, by its path below the library as the server gave it. */
const namedFileSchema = z.object({
  path: z.string().min(1).max(maxPathBytes),
  /** Bytes. */
  size: countSchema,
  sha256: sha256Schema,
})
export type NamedFile = z.infer<typeof namedFileSchema>

/** `POST /api/batches/:batchId/files`: names stored files of a batch, page by page, in the byte order of their paths. */
export const nameFilesSchema = z.object({
  /** The last path of the page before; null for the first page, which begins anew. */
  after: z.string().max(maxPathBytes).nullable(),
  files: z.array(namedFileSchema).max(mostNamed),
  /** With the last page: nothing more of the batch comes. */
  end: z
    .object({
      /** Files that were to be sent and are not stored. */
      failed: countSchema,
      /** Files that somebody left out on purpose. */
      leftOut: countSchema,
    })
    .optional(),
})
export type NameFiles = z.infer<typeof nameFilesSchema>

/** A batch, as the server knows it. */
export const batchSchema = z.object({
  batchId: z.string().max(64),
  name: z.string().max(1024),
  /** Name of the token that it is sent with. */
  sender: z.string().max(255),
  /** Where its files are, below the library of who asks: the folder of the token that it is sent with. */
  folder: z.string().max(2 * maxPathBytes),
  /** What the client means to send. */
  announced: z.object({ files: countSchema, bytes: countSchema }),
  /** What it has named that is stored and verified. */
  stored: z.object({ files: countSchema, bytes: countSchema }),
  failed: countSchema,
  leftOut: countSchema,
  /** Whether every file that was named is stored and verified, the client has ended the batch, and nothing failed. */
  complete: z.boolean(),
  /** All ISO 8601. */
  beganAt: z.iso.datetime(),
  /** When its client last said something of it. */
  activeAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  completeAt: z.iso.datetime().nullable(),
})
export type KnownBatch = z.infer<typeof batchSchema>

/** The answer to named files. */
export const namedFilesSchema = z.object({
  /** Up to where files are named now: what the next page is to begin after. Another one than asked for: nothing was named. */
  after: z.string().nullable(),
  /** Paths of this page that are not stored with this content; where there are some, nothing of the page was named. */
  missing: z.array(z.string()).max(mostNamed),
  batch: batchSchema,
})
export type NamedFilesAnswer = z.infer<typeof namedFilesSchema>

/** `GET /api/batches`, the latest first. */
export const batchListSchema = z.object({
  batches: z.array(batchSchema).max(mostBatches),
  /** What to ask for as `after` to have the next page; null at the end. */
  next: z.string().nullable(),
})

/** What the webhook's receiver is sent. */
export const batchMessageSchema = z.object({
  type: z.literal('batch.completed'),
  /** When it was complete, ISO 8601. */
  timestamp: z.iso.datetime(),
  data: batchSchema,
})
