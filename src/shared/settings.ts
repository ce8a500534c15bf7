/** What a person can set, with defaults and bounds. Pure vocabulary; the journal keeps it, the window edits it. */
import { z } from 'zod'
import { mostOwnPresets, ownPresetSchema, type Preset, presetChoices, presetIdSchema } from './presets.ts'

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
  /** Id of what is done to photos before they are sent; for files that are added from now on without a choice. */
  preset: presetIdSchema.default('original'),
  /** Presets of the person's own, and what they made of those that come with PhotoFerry. */
  ownPresets: z.array(ownPresetSchema).max(mostOwnPresets).readonly().default([]),
  /** From 0 (smallest file) to 1 (best picture), in place of that preset's own; null for the preset's. */
  quality: z.number().min(0.01).max(1).nullable().default(null),
  theme: z.enum(['auto', 'light', 'dark']).default('auto'),
  /** Of the window, BCP 47; `auto` is the system's where the window speaks it, else English. */
  language: z.enum(['auto', 'en', 'zh-CN']).default('auto'),
})
export type Settings = Readonly<z.infer<typeof settingsSchema>>

/** A change to some of the settings; presets are changed by commands of their own. */
export const settingsPatchSchema = z.object({
  server: serverAddressSchema.nullable().optional(),
  parallelFiles: settingsSchema.shape.parallelFiles.unwrap().optional(),
  parallelChunks: settingsSchema.shape.parallelChunks.unwrap().optional(),
  maxRetries: settingsSchema.shape.maxRetries.unwrap().optional(),
  maxFileSize: settingsSchema.shape.maxFileSize.unwrap().optional(),
  preset: settingsSchema.shape.preset.unwrap().optional(),
  quality: settingsSchema.shape.quality.unwrap().optional(),
  theme: settingsSchema.shape.theme.unwrap().optional(),
  language: settingsSchema.shape.language.unwrap().optional(),
})
export type SettingsPatch = z.infer<typeof settingsPatchSchema>

/** The settings of a person who never set anything. */
export const defaultSettings: Settings = settingsSchema.parse({})

/**
 * The preset that files go by which are added now; null: as they are.
 * @param id of the one that was chosen for them; left out, the settings' own choice with its quality
 * @returns undefined where there is no such preset
 */
export function presetOf(settings: Settings, id?: string): Preset | null | undefined {
  const { preset, quality, ownPresets } = settings
  const chosen = presetChoices(ownPresets).find((choice) => choice.id === (id ?? preset))?.preset
  return chosen && id === undefined && quality !== null ? { ...chosen, quality } : chosen
}
