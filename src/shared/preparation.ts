/** What a preset did to a file before it was sent: the copy that is uploaded in its place, and a note for the person. */
import { z } from 'zod'
import { imageProblems } from './protocol/error-facts.ts'

const bytesSchema = z.int().nonnegative()

export type ImageProblem = (typeof imageProblems)[number]

const keptReasons = [
  /** RAW files, videos and files that are no photos are uploaded as they are under every preset. */
  'raw',
  'video',
  'no-photo',
  /** The preset is for other formats. */
  'left-alone',
  /** Its bytes are not what its name says. */
  'mislabelled',
  /** A copy would save nothing. */
  'would-be-larger',
  ...imageProblems,
] as const
/** Why the original is uploaded although a preset was chosen. */
export type KeptReason = (typeof keptReasons)[number]

/** What a photo may hold besides its still picture. */
export const photoExtras = ['motion', 'sound', 'pictures', 'gain-map', 'depth', 'other-data'] as const
export type PhotoExtra = (typeof photoExtras)[number]

export const preparationNoteSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('converted'),
    originalSize: bytesSchema,
    /** What the original holds and the copy does not. */
    leftOut: z.array(z.enum(photoExtras)).optional().catch(undefined),
  }),
  z.object({
    kind: z.literal('original-kept'),
    /** A reason that only another version knows is not worth losing the item for. */
    reason: z.enum(keptReasons).catch('no-photo'),
    /** Under a preset that removes the location: whether it was removed from the bytes to send, or may still be in them. */
    place: z.enum(['removed', 'may-be-told']).optional(),
  }),
])
export type PreparationNote = Readonly<z.infer<typeof preparationNoteSchema>>

/** The copy that is uploaded in the original's place: written once, kept until the file is done. */
export const payloadFactsSchema = z.object({
  /** Absolute. */
  path: z.string(),
  size: bytesSchema,
  /** The copy's own modification time, ms since 1970. */
  mtimeMs: z.number(),
  /** Its path in the library: the original's, with the extension of its new format. */
  relativePath: z.string(),
})
export type PayloadFacts = Readonly<z.infer<typeof payloadFactsSchema>>
