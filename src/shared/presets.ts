/** Presets: how photos are converted before they are uploaded; what one consists of, and those that come with PhotoFerry. */
import { z } from 'zod'

export const payloadFormats = ['jpeg', 'png', 'webp', 'avif'] as const
/** The file formats that copies are written in. */
export type PayloadFormat = (typeof payloadFormats)[number]

export const photoFormats = ['jpeg', 'png', 'webp', 'tiff', 'avif', 'heic'] as const
/** The file formats that copies can be made of. */
export type PhotoFormat = (typeof photoFormats)[number]

const formatListSchema = z.array(z.enum(photoFormats)).min(1).max(photoFormats.length)

/** How smaller or converted copies of photos are made; the originals are never touched. */
export const presetSchema = z.object({
  /** What people call it; one of `presetIds` where it comes with PhotoFerry. */
  name: z.string().trim().min(1).max(100),
  format: z.enum(payloadFormats).default('jpeg'),
  /** From 0 (smallest file) to 1 (best picture); PNG knows no loss and ignores it. */
  quality: z.number().min(0.01).max(1).default(0.7),
  /** Pixels of the longer edge at most; null keeps every pixel. Smaller photos are never enlarged. */
  longEdge: z.int().min(16).max(65_535).nullable().default(null),
  /** `keep`: the photo's own colours with their profile; `srgb`: converted, for programs that ignore profiles. */
  colour: z.enum(['keep', 'srgb']).default('keep'),
  /** False removes the location where a photo was taken. */
  keepLocation: z.boolean().default(true),
  /** Photos of other formats are uploaded as they are; so are RAW files, videos and all other files, always. */
  convert: formatListSchema.readonly().default(photoFormats),
  /**
   * Photos with motion, sound, further pictures, gain maps or depth maps. `keep`: the original is uploaded for any of
   * these; `keep-motion`: for motion, sound and further pictures, while maps are left out; `leave-out`: never. What is left
   * out is said at the file.
   */
  extras: z.enum(['keep', 'keep-motion', 'leave-out']).default('keep-motion'),
  /** What to do with a photo that can't be converted. */
  whenUnconvertible: z.enum(['send-original', 'fail']).default('send-original'),
})
export type Preset = Readonly<z.infer<typeof presetSchema>>

/** A preset as a person writes it in a file or in the window: a misspelt word is an error, not ignored. */
export const presetFileSchema = z.strictObject(presetSchema.shape)

export const presetIds = ['original', 'web-gallery', 'proof', 'archive-jpeg', 'webp', 'avif'] as const
/** The presets that come with PhotoFerry. */
export type PresetId = (typeof presetIds)[number]

/** Id -> preset; null: every file is uploaded as it is. */
export const presets: Readonly<Record<PresetId, Preset | null>> = {
  original: null,
  'web-gallery': presetSchema.parse({ name: 'web-gallery', quality: 0.82, longEdge: 2560 }),
  proof: presetSchema.parse({ name: 'proof', quality: 0.7, longEdge: 1600 }),
  'archive-jpeg': presetSchema.parse({ name: 'archive-jpeg', quality: 0.92 }),
  webp: presetSchema.parse({ name: 'webp', format: 'webp', quality: 0.8 }),
  // AV1 at 24 megapixels takes a core 15 s and 0.9 GB; at 3840 pixels it stays far from the worker's bounds.
  avif: presetSchema.parse({ name: 'avif', format: 'avif', quality: 0.6, longEdge: 3840 }),
}

/** Of previews: small, in colours that every screen shows, and without anything that the photo says of itself. */
export const previewPreset: Preset = presetSchema.parse({
  name: 'previews',
  quality: 0.8,
  longEdge: 2048,
  colour: 'srgb',
  keepLocation: false,
  extras: 'leave-out',
  whenUnconvertible: 'fail',
})

export const presetIdSchema = z.string().min(1).max(100)

/** A preset that the person made, or, under the id of one that comes with PhotoFerry, what they made of that. */
export const ownPresetSchema = presetSchema.extend({ id: presetIdSchema }).readonly()
export type OwnPreset = z.infer<typeof ownPresetSchema>

/** Longer lists are of no use to anybody. */
export const mostOwnPresets = 100

/** One preset to choose. */
export interface PresetChoice {
  readonly id: string
  /** `changed`: it came with PhotoFerry and can be reset; `own`: the person made and named it. */
  readonly origin: 'built-in' | 'changed' | 'own'
  /** Null: every file is uploaded as it is. */
  readonly preset: Preset | null
}

/** All presets to choose from: those that come with PhotoFerry, as the person changed them, then the person's. */
export function presetChoices(own: readonly OwnPreset[]): readonly PresetChoice[] {
  const builtIn = presetIds.map((id): PresetChoice => {
    const changed = id === 'original' ? undefined : own.find((entry) => entry.id === id)
    if (changed === undefined) return { id, origin: 'built-in', preset: presets[id] }
    return { id, origin: 'changed', preset: withoutId(changed) }
  })
  const made = own.filter(({ id }) => !isBuiltIn(id))
  return [
    ...builtIn,
    ...made.map((entry): PresetChoice => ({ id: entry.id, origin: 'own', preset: withoutId(entry) })),
  ]
}

export function isBuiltIn(id: string): id is PresetId {
  return (presetIds as readonly string[]).includes(id)
}

function withoutId({ id, ...preset }: OwnPreset): Preset {
  return preset
}
