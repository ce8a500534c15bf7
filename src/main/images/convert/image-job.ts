/** What the image worker is asked to do and what it answers. Plain data, because it crosses processes. */
import { z } from 'zod'
import { photoExtras } from '../../../shared/preparation.ts'
import type { PayloadFormat, PhotoFormat, Preset } from '../../../shared/presets.ts'
import { imageProblems } from '../../../shared/protocol/error-facts.ts'
import type { MeantSource } from '../../intake/in-place.ts'
import type { SourceKind } from '../source-kind.ts'

/** A small JPEG to make for looking at: of a RAW file, of the preview that its camera put into it. */
export interface PreviewJob extends MeantSource {
  readonly task: 'preview'
  /** Absolute path of the original, which is only read. */
  readonly sourcePath: string
  readonly sourceKind: SourceKind
  /** Absolute path of the preview; an existing file is overwritten. */
  readonly targetPath: string
  /** Pixels at most. */
  readonly longEdge: number
  /** From 0 to 1. */
  readonly quality: number
  /** A comment in the JPEG, ASCII, which makes it another file than any that somebody else has. */
  readonly mark: string
}

export type ImageJob = CopyJob | PreviewJob

/** One copy to make. */
export interface CopyJob extends MeantSource {
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
