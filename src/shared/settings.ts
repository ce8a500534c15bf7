/** What a person can set, with defaults and bounds. Pure vocabulary; the journal keeps it, the window edits it. */
import { z } from 'zod'
import { type Preset, presetIds, presets } from './presets.ts'

/** A server that somebody else runs; without one the app starts its own. */
export const serverAddressSchema = z.object({
  /** http or https, without a trailing slash. */
  url: z
    .url({ protocol: /^https?$/, error: 'expected an address such as https://photos.example.com' })
    .transform((url) => url.replace(/\/+$/, '')),
  token: z.string(),
})
export type ServerAddress = z.infer<typeof serverAddressSchema>

export const settingsSchema = z.object({
  /** Null: the bundled server of this machine. */
  server: serverAddressSchema.nullable().default(null),
  /** Files under way at once. */
  parallelFiles: z.int().min(1).max(16).default(3),
  /** Chunks of one file in flight at once. */
  parallelChunks: z.int().min(1).max(16).default(3),
  /** Automatic retries of one file without progress in between; then it is the person's turn. */
  maxRetries: z.int().min(0).max(10).default(3),
  /** Larger files are refused before anything is sent; bytes, null for no limit. */
  maxFileSize: z.int().positive().nullable().default(null),
  /** What is done to photos before they are sent; for files that are added from now on. */
  preset: z.enum(presetIds).default('original'),
  /** From 0 (smallest file) to 1 (best picture), in place of the preset's own; null for the preset's. */
  quality: z.number().min(0.01).max(1).nullable().default(null),
  theme: z.enum(['auto', 'light', 'dark']).default('auto'),
})
export type Settings = Readonly<z.infer<typeof settingsSchema>>

/** A change to some of the settings. */
export const settingsPatchSchema = z.object({
  server: serverAddressSchema.nullable().optional(),
  parallelFiles: settingsSchema.shape.parallelFiles.unwrap().optional(),
  parallelChunks: settingsSchema.shape.parallelChunks.unwrap().optional(),
  maxRetries: settingsSchema.shape.maxRetries.unwrap().optional(),
  maxFileSize: settingsSchema.shape.maxFileSize.unwrap().optional(),
  preset: settingsSchema.shape.preset.unwrap().optional(),
  quality: settingsSchema.shape.quality.unwrap().optional(),
  theme: settingsSchema.shape.theme.unwrap().optional(),
})
export type SettingsPatch = z.infer<typeof settingsPatchSchema>

/** The settings of a person who never set anything. */
export const defaultSettings: Settings = settingsSchema.parse({})

/** The preset that files go by which are added now; null: as they are. */
export function presetOf({ preset, quality }: Settings): Preset | null {
  const chosen = presets[preset]
  return chosen && quality !== null ? { ...chosen, quality } : chosen
}
