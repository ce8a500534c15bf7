/** The history of finished batches, and the receipts for them. */
import { z } from 'zod'
import { dropRootSchema, neverArrivedSchema } from './batch.ts'
import { errorCodes } from './protocol/errors.ts'

const countSchema = z.int().nonnegative()

/** Failures that an entry names; the others are only counted. */
export const failuresNamed = 100

/** One finished batch; the entry stays when its files leave the list. Times are ms since 1970, sizes bytes. */
export const historyEntrySchema = z.object({
  batchId: z.string().min(1),
  name: z.string(),
  /** The server it was sent to: its name in the settings at that time, and its address. */
  server: z.object({ name: z.string(), url: z.string().nullable() }),
  createdAtMs: z.number(),
  finishedAtMs: z.number(),
  /** Together they are what was dropped; outcome.ts adds them up. Entries of before counted all but the first two as canceled. */
  counts: z.object({
    done: countSchema,
    failed: countSchema,
    canceled: countSchema,
    skipped: countSchema.default(0),
    empty: countSchema.default(0),
    /** Taken off the list before they were stored. */
    removed: countSchema.default(0),
    /** Still to do when the entry was written; other than 0 only while the batch is on the list. */
    unfinished: countSchema.default(0),
    /** Dropped paths that were not read to their end when the entry was written; nobody knows how many files are in them. */
    unread: countSchema.default(0),
    /** Of those that are done: converted copies, whose originals were not uploaded. */
    copies: countSchema.default(0),
  }),
  /** Whether its files are previews, whose originals are in another entry. */
  previews: z.boolean().optional(),
  /** Of the files that are done. */
  bytes: countSchema,
  /** How long at least one of its files was active, ms; pauses do not count. */
  activeMs: z.number().nonnegative(),
  /** `bytes` over `activeMs`; null where that is meaningless. */
  averageBytesPerSecond: z.number().nonnegative().nullable(),
  /** The first `failuresNamed` of them. */
  failures: z.array(
    z.object({
      relativePath: z.string(),
      error: z.object({ code: z.enum(errorCodes), message: z.string() }),
    }),
  ),
  /** System files and folders that were left out; see system-files.ts. */
  leftOut: countSchema.default(0),
  neverArrived: neverArrivedSchema.nullable().default(null),
  /** Absolute paths of the `unread` ones, the first `failuresNamed` of them. */
  unreadPaths: z.array(z.string()).default([]),
})
export type HistoryEntry = Readonly<z.infer<typeof historyEntrySchema>>

export const receiptFormats = ['csv', 'json', 'md5', 'sha256', 'mhl'] as const
export type ReceiptFormat = (typeof receiptFormats)[number]
/** Format -> media type. */
export const receiptTypes: Readonly<Record<ReceiptFormat, string>> = {
  csv: 'text/csv',
  json: 'application/json',
  md5: 'text/plain',
  sha256: 'text/plain',
  mhl: 'application/xml',
}

/** What tells versions of a source apart; see main/intake/source-file.ts. */
const sourceStampSchema = z
  .object({
    size: countSchema,
    mtimeMs: z.number(),
    ctimeMs: z.number().nullable(),
    inode: z.string().nullable(),
  })
  .readonly()

/** One stored file in a receipt; fields that the server confirmed say so. */
export const receiptLineSchema = z.object({
  /** Path of the original on this computer. */
  sourcePath: z.string(),
  /** Its path in the library. */
  relativePath: z.string(),
  /** Its path inside the drop, where the batch gave it another one. */
  originalPath: z.string().optional(),
  /** Bytes of the stored file, confirmed. */
  size: countSchema,
  /** MD5 of the stored file as the server computed it, lowercase hex. */
  md5: z.string(),
  /** SHA-256 of the stored file as the server computed it, lowercase hex; null where a server of before did not. */
  sha256: z.string().nullable().default(null),
  /** Its address, as the server answered. */
  url: z.string(),
  /** When it was durable by the server's clock, ms since 1970; null where the server already had the file. */
  storedAtMs: z.number().nullable(),
  /**
   * When the server last verified the stored bytes, by its clock, ms since 1970: what this line rests on. Null where a server
   * of before does not say, and in older lines.
   */
  verifiedAtMs: z.number().nullable().default(null),
  /** When the server's confirmation arrived, ms since 1970. */
  confirmedAtMs: z.number(),
  /** True when what is stored is a converted copy, not the original's bytes. */
  converted: z.boolean(),
  /** True of a preview: the original is another file, in the receipt of another batch. */
  preview: z.boolean().optional(),
  /** What the source was when it was stored; null for one that can't be looked at again, and in older lines. */
  source: sourceStampSchema.nullable().default(null),
  /** The drive that it was read from; null: one that can't go away. Older lines name none. */
  drive: dropRootSchema.nullable().optional(),
  /** When the source was last seen to be the version that is stored, ms since 1970; null where that is not known. */
  sourceCheckedAtMs: z.number().nullable().default(null),
  /** Whether the source was no longer there when it was to be looked at again. */
  sourceGone: z.boolean().default(false),
})
export type ReceiptLine = Readonly<z.infer<typeof receiptLineSchema>>

/** A file that is not stored, and left the list: what a receipt still says of it. */
export const removedLineSchema = z.object({
  sourcePath: z.string(),
  relativePath: z.string(),
  /** Bytes of the original. */
  size: countSchema,
  /** What it was when it was removed, and why. */
  reason: z.string(),
})
export type RemovedLine = Readonly<z.infer<typeof removedLineSchema>>
