/** What became of a file before it was sent: the copy that travels in its place, and a note on it for the person. Pure vocabulary. */
import { z } from 'zod'
import { imageProblems } from './protocol/error-facts.ts'
import { skipReasonSchema } from './skip-rules.ts'

const bytesSchema = z.int().nonnegative()

export type ImageProblem = (typeof imageProblems)[number]

const keptReasons = [
  /** Camera files, clips and all that is no photo go as they are under every preset. */
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
/** Why the original travels although a preset was chosen. */
export type KeptReason = (typeof keptReasons)[number]

export const preparationNoteSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('converted'), originalSize: bytesSchema }),
  z.object({
    kind: z.literal('original-kept'),
    /** A reason that only another version knows is not worth losing the item for. */
    reason: z.enum(keptReasons).catch('no-photo'),
    /** Under a preset that removes it: whether the place is gone from the bytes that travel, or may be in them. */
    place: z.enum(['removed', 'may-be-told']).optional(),
  }),
  /** Not sent, for a rule of the person's own says so. */
  z.object({ kind: z.literal('skipped'), reason: skipReasonSchema }),
  /** Sent as it is, and worth a word: it has no byte in it. */
  z.object({ kind: z.literal('empty') }),
])
export type PreparationNote = Readonly<z.infer<typeof preparationNoteSchema>>

/** The copy that travels in the original's place: written once, kept until the file is done. */
export const payloadFactsSchema = z.object({
  /** Absolute. */
  path: z.string(),
  size: bytesSchema,
  /** The copy's own modification time, ms since 1970. */
  mtimeMs: z.number(),
  /** Where it goes below the library: the original's place, with the extension of its new format. */
  relativePath: z.string(),
})
export type PayloadFacts = Readonly<z.infer<typeof payloadFactsSchema>>
