/** What the image worker is asked and what it answers; plain data, for it crosses processes. */
import { z } from 'zod'
import type { PayloadFormat, PhotoFormat, Preset } from '../../../shared/presets.ts'
import { imageProblems } from '../../../shared/protocol/error-facts.ts'

/** One copy to be made. */
export interface ImageJob {
  /** `strip-location`: the original's own bytes without its place; what follows `sourceFormat` does not count. */
  readonly task: 'convert' | 'strip-location'
  /** Absolute path of the original, which is only read. */
  readonly sourcePath: string
  /** By its own bytes. */
  readonly sourceFormat: PhotoFormat
  /** Absolute path of the copy; whatever is there is overwritten. */
  readonly targetPath: string
  readonly format: PayloadFormat
  /** From 0 to 1. */
  readonly quality: number
  /** Pixels; null for full size. */
  readonly longEdge: number | null
  readonly colour: Preset['colour']
  readonly keepLocation: boolean
}

/** What comes from the child; parsed, for a hostile image may have taken the child over. */
export const imageResultSchema = z.discriminatedUnion('kind', [
  /** The copy is whole and on disk. */
  z.object({
    kind: z.literal('made'),
    /** Bytes. */
    size: z.int().positive(),
    /** Whether the copy lacks the place that the original names. */
    locationRemoved: z.boolean(),
  }),
  z.object({ kind: z.literal('problem'), problem: z.enum(imageProblems), message: z.string() }),
  /** The copy could not be written: the disk's story. */
  z.object({ kind: z.literal('unwritable'), errno: z.string(), message: z.string() }),
])
export type ImageResult = z.infer<typeof imageResultSchema>
