/** What the documents' clients send and are answered. */
import { z } from 'zod'

const count = z
  .string('expected a whole number')
  .regex(/^\d{1,6}$/, 'expected a whole number')
  .transform(Number)

export const unnamedChunkFieldsSchema = z.object({
  chunkNumber: count,
  totalChunks: count.pipe(z.int().min(1).max(100_000)),
})
export const namedChunkFieldsSchema = unnamedChunkFieldsSchema.extend({ filename: z.string().min(1) })
export const mergeSchema = z.object({ filename: z.string().min(1) })

export const chunkMessageSchema = z.object({ message: z.string() })
/** `url` is there when the file is stored. */
export const batchUploadSchema = chunkMessageSchema.extend({
  url: z.string().startsWith('/uploads/').optional(),
})
export const mergedSchema = chunkMessageSchema.extend({ url: z.string().startsWith('/uploads/') })
