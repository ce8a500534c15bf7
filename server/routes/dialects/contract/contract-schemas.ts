/** The bodies of the published contract: what clients send and what the server answers. */
import { z } from 'zod'

const maxTotalChunks = 100_000
const number = z.int().min(0)

/** Form fields are text, and some clients send the same text in JSON. */
const count = z.union(
  [
    z.int(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ],
  'expected a whole number',
)

export const announcementSchema = z.object({
  md5: z
    .string()
    .regex(/^[0-9a-f]{32}$/i, 'expected an MD5 as 32 hex digits')
    .transform((md5) => md5.toLowerCase()),
  fileName: z.string(),
  totalChunks: count.pipe(z.int().min(0).max(maxTotalChunks)),
})
/** The fields beside the file of a chunk's form. */
export const chunkFieldsSchema = announcementSchema.extend({ chunkIndex: count.pipe(z.int().min(0)) })

export const presentChunksSchema = z.object({
  success: z.literal(true),
  uploadedChunks: z.array(number),
  /** Whole percent. */
  progress: number.max(100),
})
export const chunkStoredSchema = z.object({
  success: z.literal(true),
  uploaded: number,
  total: number,
  progress: number.max(100),
  chunkIndex: number,
})
export const completedSchema = z.object({
  success: z.literal(true),
  fileName: z.string(),
  size: number,
  /** Of the bytes that are stored. */
  md5: z.string().length(32),
  path: z.string().startsWith('/uploads/'),
  /** How long the upload took, ms; of a completion that is repeated, how long that took. */
  uploadTime: number,
})
export const uploadStatusSchema = z.object({
  uploaded: number,
  total: number,
  percentage: number.max(100),
  status: z.literal('uploading'),
  startTime: z.iso.datetime(),
  lastUpdate: z.iso.datetime(),
})
export const removedSchema = z.object({ success: z.literal(true) })
