/** What may be done to a photo before it is uploaded: the presets to choose from and what one is made of. Pure vocabulary. */
import { z } from 'zod'

export const payloadFormats = ['jpeg', 'png', 'webp', 'avif'] as const
/** The file formats that copies are written in. */
export type PayloadFormat = (typeof payloadFormats)[number]

/** How smaller or converted copies of photos are made; the originals are never touched. */
export const presetSchema = z.object({
  /** What people call it; one of `presetIds` where it comes with PhotoFerry. */
  name: z.string().min(1).max(100),
  format: z.enum(payloadFormats).default('jpeg'),
  /** From 0 (smallest file) to 1 (best picture); PNG knows no loss and ignores it. */
  quality: z.number().min(0.01).max(1).default(0.7),
  /** Pixels of the longer edge at most; null keeps every pixel. Smaller photos are never enlarged. */
  longEdge: z.int().min(16).max(65_535).nullable().default(null),
  /** False removes the place where a photo was taken. */
  keepLocation: z.boolean().default(true),
  /** What becomes of a photo of which no copy can be made. RAW files, clips and all else always go as they are. */
  whenUnconvertible: z.enum(['send-original', 'fail']).default('send-original'),
})
export type Preset = Readonly<z.infer<typeof presetSchema>>

/** A preset as a person writes it in a file: a misspelt word is an error, not ignored. */
export const presetFileSchema = z.strictObject(presetSchema.shape)

export const presetIds = ['original', 'web-gallery', 'proof', 'archive-jpeg', 'webp', 'avif'] as const
/** The presets that come with PhotoFerry. */
export type PresetId = (typeof presetIds)[number]

/** Id -> preset; null: every file goes as it is. */
export const presets: Readonly<Record<PresetId, Preset | null>> = {
  original: null,
  'web-gallery': presetSchema.parse({ name: 'web-gallery', quality: 0.82, longEdge: 2560 }),
  proof: presetSchema.parse({ name: 'proof', quality: 0.7, longEdge: 1600 }),
  'archive-jpeg': presetSchema.parse({ name: 'archive-jpeg', quality: 0.92 }),
  webp: presetSchema.parse({ name: 'webp', format: 'webp', quality: 0.8 }),
  // AV1 at 24 megapixels takes a core 15 s and 0.9 GB; at 3840 pixels it stays far from the worker's bounds.
  avif: presetSchema.parse({ name: 'avif', format: 'avif', quality: 0.6, longEdge: 3840 }),
}
