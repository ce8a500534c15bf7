/** What the image worker is asked to do and what it answers. Plain data, because it crosses processes. */
import { z } from 'zod'
import { photoExtras } from '../../../shared/preparation.ts'
import type { PayloadFormat, PhotoFormat, Preset } from '../../../shared/presets.ts'
import { imageProblems } from '../../../shared/protocol/error-facts.ts'
import type { MeantSource } from '../../intake/in-place.ts'

/** One copy to make. */
export interface ImageJob extends MeantSource {
  /** `strip-location`: the original's own bytes without its location; the fields from `format` on do not count. */
  readonly task: 'convert' | 'strip-location'
  /** Absolute path of the original, which is only read. */
  readonly sourcePath: string
  /** According to its bytes, not its name. */
  readonly sourceFormat: PhotoFormat
  /** Absolute path of the copy; an existing file is overwritten. */
  readonly targetPath: string
  readonly format: PayloadFormat
  /** From 0 to 1. */
  readonly quality: number
  /** Pixels; null for full size. */
  readonly longEdge: number | null
  readonly colour: Preset['colour']
  readonly keepLocation: boolean
  readonly extras: Preset['extras']
}

/** What the child sends. It is parsed, because a hostile image may have taken the child over. */
export const imageResultSchema = z.discriminatedUnion('kind', [
  /** The copy is complete and on disk. */
  z.object({
    kind: z.literal('made'),
    /** Bytes. */
    size: z.int().positive(),
    /** What has become of the place that the original tells; `none` where it tells none, or the place is kept. */
    place: z.enum(['none', 'removed', 'may-be-told']),
    /** What the original holds and the copy does not. */
    leftOut: z.array(z.enum(photoExtras)),
  }),
  /** The path led to another file, or to one that can't be opened: see `MeantSource`. */
  z.object({ kind: z.literal('not-there'), errno: z.string() }),
  z.object({ kind: z.literal('problem'), problem: z.enum(imageProblems), message: z.string() }),
  /** The copy could not be written: a problem of the disk, not of the photo. */
  z.object({ kind: z.literal('unwritable'), errno: z.string(), message: z.string() }),
])
export type ImageResult = z.infer<typeof imageResultSchema>
