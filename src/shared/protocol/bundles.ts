/**
 * The native wire for many files in one request: offers by the hundred, and bundles of small files, whose body carries
 * each file's head and bytes (bundle-frames.ts). Servers of before answer both routes with 404. See docs/same-bytes.md.
 */
import { z } from 'zod'
import { createTaskRequestSchema, errorBodySchema, storedFileSchema, taskSchema } from './wire.ts'

/** Offers in one request at most. */
export const maxOffers = 500

/** One file of a bundle or of a list of offers: a path and both digests are required. */
export const offeredFileSchema = createTaskRequestSchema
  .omit({ maxChunkSize: true, ends: true, taskId: true })
  .required({ relativePath: true, hash: true, sha256: true })
export type OfferedFile = z.infer<typeof offeredFileSchema>

/** `POST /api/offers`: asks which of many files the server has. Opens no task. */
export const offersRequestSchema = z.object({ files: z.array(offeredFileSchema).min(1).max(maxOffers) })

/** What a server takes in one bundle. */
const bundleLimitsSchema = z.object({
  /** Bytes of one file. */
  fileBytes: z.int().nonnegative(),
  /** Bytes of the whole body, heads included. */
  bytes: z.int().positive(),
  files: z.int().positive(),
})
export type BundleLimits = z.infer<typeof bundleLimitsSchema>

/** What the server says of one offer. */
const offerVerdictSchema = z.discriminatedUnion('state', [
  /** It is stored under this path: nothing is to be sent. */
  z.object({ state: z.literal('stored'), task: taskSchema }),
  /** Nothing is known of it: it may come in a bundle, or as a task. */
  z.object({ state: z.literal('wanted') }),
  /** The server has its content or a part of it, or has to read a stored file first: offer it as a task. */
  z.object({ state: z.literal('known') }),
  z.object({ state: z.literal('refused'), ...errorBodySchema.shape }),
])
export type OfferVerdict = z.infer<typeof offerVerdictSchema>

/** The answer to offers, in their order. */
export const offersAnswerSchema = z.object({ files: z.array(offerVerdictSchema), bundle: bundleLimitsSchema })
export type OffersAnswer = z.infer<typeof offersAnswerSchema>

/** What became of one file of a bundle. */
const bundledFileSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('stored'), stored: storedFileSchema }),
  z.object({ state: z.literal('refused'), ...errorBodySchema.shape }),
])
export type BundledFile = z.infer<typeof bundledFileSchema>

/** The answer to a bundle (`POST /api/bundle`), in the order of its files; stored ones are verified and durable. */
export const bundleAnswerSchema = z.object({ files: z.array(bundledFileSchema) })
export type BundleAnswer = z.infer<typeof bundleAnswerSchema>
