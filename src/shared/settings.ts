/** The settings, with defaults and bounds. The journal keeps them, the window edits them. */
import { z } from 'zod'
import { bandwidthSchema } from './bandwidth.ts'
import { cardChoices } from './cards.ts'
import { destinationSchema } from './destination.ts'
import { mostOwnPresets, ownPresetSchema, type Preset, presetChoices, presetIdSchema } from './presets.ts'
import { bundledServerId, enteredServersSchema, type ServerProfile, serverProfilesSchema } from './servers.ts'
import { noSkipRules, skipRulesSchema } from './skip-rules.ts'

import { mostWatched, watchedFolderSchema } from './watched.ts'

/** The longest time that a file can be made to stand still before it is completed, seconds. */
export const longestStillSeconds = 3600

export const settingsSchema = z.object({
  /** Servers besides the bundled one of this machine. */
  servers: serverProfilesSchema.default([]),
  /** Where new batches go: one of `servers`, or the bundled one. */
  defaultServerId: z.string().default(bundledServerId),
  /** Server -> where new batches go there; a server that is not named takes files as they lie in the drop. */
  destinations: z.record(z.string().max(64), destinationSchema).default({}),
  /** Absolute path of the folder that the bundled server keeps photos in; null for the default one. */
  libraryDir: z.string().min(1).nullable().default(null),
  /** Files sent at once. */
  parallelFiles: z.int().min(1).max(16).default(3),
  /** Chunks of one file in flight at once. */
  parallelChunks: z.int().min(1).max(16).default(3),
  /** Automatic retries of one file without progress in between; then it is the person's turn. */
  maxRetries: z.int().min(0).max(10).default(3),
  /** How long a file must have stood still, not been written to, before it is completed; seconds, 0: not at all. */
  stillSeconds: z.int().min(0).max(longestStillSeconds).default(5),
  /** Larger files are refused before anything is sent; bytes, null for no limit. */
  maxFileSize: z.int().positive().nullable().default(null),
  /** Id of the preset for files that are added without choosing one. */
  preset: presetIdSchema.default('original'),
  /** Presets that the person made, and changed versions of those that come with PhotoFerry. */
  ownPresets: z.array(ownPresetSchema).max(mostOwnPresets).readonly().default([]),
  /** From 0 (smallest file) to 1 (best picture), in place of that preset's own; null for the preset's. */
  quality: z.number().min(0.01).max(1).nullable().default(null),
  /** Files to skip whenever files are added; each is on the list with the rule that matched. */
  skipRules: skipRulesSchema.default(noSkipRules),
  /** Which drops are reviewed before they start: all, only those so large that they may be a mistake, or none. */
  reviewDrops: z.enum(['always', 'large', 'never']).default('large'),
  /** What to do when a memory card is connected. */
  cards: z.enum(cardChoices).default('ask'),
  /** Folders whose files are uploaded as they come; they have commands of their own. */
  watchedFolders: z.array(watchedFolderSchema).max(mostWatched).readonly().default([]),
  bandwidth: bandwidthSchema.default({ limitBytesPerSecond: null, timetable: [] }),
  theme: z.enum(['auto', 'light', 'dark']).default('auto'),
  /** Language of the window, BCP 47; `auto` is the system's where it is supported, else English. */
  language: z.enum(['auto', 'en', 'zh-CN']).default('auto'),
  /** Absolute path of the folder in which the receipt of every finished batch is kept; null: in none. */
  receiptDir: z.string().min(1).nullable().default(null),
  /** Desktop only, like all that follow: opens the app when the person logs in. */
  startAtLogin: z.boolean().default(false),
  /** Closing the window leaves the app running, with an icon in the tray; not on macOS, where every app does so. */
  closeToTray: z.boolean().default(false),
  /** Keeps the computer awake while files are being sent. */
  keepAwake: z.boolean().default(true),
  /** Shows notifications of finished batches and of files that need the person, while the window is not in front. */
  notifications: z.boolean().default(true),
  /** What quitting does while files are being sent: asks, waits until they are done, or stops at once. */
  atQuit: z.enum(['ask', 'finish', 'stop']).default('ask'),
})
export type Settings = Readonly<z.infer<typeof settingsSchema>>

const { shape } = settingsSchema

/**
 * A change to some of the settings. What it leaves out stays; a name without a value (`undefined`) is refused. The person's
 * presets and watched folders have commands of their own.
 */
export const settingsPatchSchema = z.object({
  servers: z.exactOptional(enteredServersSchema),
  defaultServerId: z.exactOptional(shape.defaultServerId.unwrap()),
  destinations: z.exactOptional(shape.destinations.unwrap()),
  libraryDir: z.exactOptional(shape.libraryDir.unwrap()),
  parallelFiles: z.exactOptional(shape.parallelFiles.unwrap()),
  parallelChunks: z.exactOptional(shape.parallelChunks.unwrap()),
  maxRetries: z.exactOptional(shape.maxRetries.unwrap()),
  stillSeconds: z.exactOptional(shape.stillSeconds.unwrap()),
  maxFileSize: z.exactOptional(shape.maxFileSize.unwrap()),
  preset: z.exactOptional(shape.preset.unwrap()),
  quality: z.exactOptional(shape.quality.unwrap()),
  skipRules: z.exactOptional(skipRulesSchema),
  reviewDrops: z.exactOptional(shape.reviewDrops.unwrap()),
  cards: z.exactOptional(shape.cards.unwrap()),
  bandwidth: z.exactOptional(shape.bandwidth.unwrap()),
  theme: z.exactOptional(shape.theme.unwrap()),
  language: z.exactOptional(shape.language.unwrap()),
  receiptDir: z.exactOptional(shape.receiptDir.unwrap()),
  startAtLogin: z.exactOptional(shape.startAtLogin.unwrap()),
  closeToTray: z.exactOptional(shape.closeToTray.unwrap()),
  keepAwake: z.exactOptional(shape.keepAwake.unwrap()),
  notifications: z.exactOptional(shape.notifications.unwrap()),
  atQuit: z.exactOptional(shape.atQuit.unwrap()),
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

/** The server of an id; null for the bundled one, undefined where the settings know none of that id. */
export function serverOf({ servers }: Settings, serverId: string): ServerProfile | null | undefined {
  return serverId === bundledServerId ? null : servers.find(({ id }) => id === serverId)
}
