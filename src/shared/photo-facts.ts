/** Facts that the metadata of a photo or a clip states, for the details pane and for names. */
import { z } from 'zod'

const textSchema = z.string().max(1_000).nullable()
const numberSchema = z.number().nonnegative().nullable()

/** Null for what it does not state. */
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
  /** Number of the camera's body. */
  serial: textSchema.optional(),
  /** 0 to 5, as the camera or Windows wrote it into EXIF; what catalog programs keep in XMP is not read. */
  rating: numberSchema.optional(),
  /** Of a clip. */
  durationSeconds: numberSchema.optional(),
  /** Of a clip: container and codec, by the names that people know, in every language the same. */
  format: textSchema.optional(),
  /** Whether it contains the location where it was taken. */
  hasLocation: z.boolean(),
})
export type PhotoFacts = Readonly<z.infer<typeof photoFactsSchema>>
