/** What a photo tells of itself, in short: for the pane beside the list. Pure vocabulary. */
import { z } from 'zod'

const textSchema = z.string().max(1_000).nullable()
const numberSchema = z.number().nonnegative().nullable()

/** Null for whatever the photo does not tell. */
export const photoFactsSchema = z.object({
  camera: textSchema,
  lens: textSchema,
  exposureSeconds: numberSchema,
  /** The f-number. */
  aperture: numberSchema,
  iso: numberSchema,
  focalLengthMm: numberSchema,
  /** The camera's own clock as ISO 8601, with the offset from UTC where the camera knew it. */
  takenAt: textSchema,
  /** Pixels of the picture, upright. */
  width: numberSchema,
  height: numberSchema,
  /** Whether it names the place where it was taken. */
  hasLocation: z.boolean(),
})
export type PhotoFacts = Readonly<z.infer<typeof photoFactsSchema>>
