/** Watched folders: what the person chose for each, and where each stands. */
import { z } from 'zod'
import { destinationSchema } from './destination.ts'
import { presetIdSchema } from './presets.ts'
import type { ErrorInfo } from './protocol/errors.ts'
import { noSkipRules, skipRulesSchema } from './skip-rules.ts'

/** The settings hold no more. */
export const mostWatched = 50

/** What can be changed later; a change holds for files that come from then on. */
const choices = {
  /** Id of a server of the settings, or of the bundled one. */
  serverId: z.string().min(1).max(64),
  presetId: presetIdSchema,
  /** Null: where the settings have files of that server go. */
  destination: destinationSchema.nullable(),
  /** Besides the rules of the settings. */
  skipRules: skipRulesSchema,
  /** Whether the folder is read again and again, as network drives need it, instead of the system telling of changes. */
  polls: z.boolean(),
}

export const watchedFolderSchema = z.object({
  /** Part of a file's name. */
  id: z.string().regex(/^[\w-]{1,64}$/),
  /** Absolute path. */
  folder: z.string().min(1).max(4_096),
  on: z.boolean().default(true),
  ...choices,
  destination: choices.destination.default(null),
  skipRules: choices.skipRules.default(noSkipRules),
  polls: choices.polls.default(false),
})
export type WatchedFolderSettings = Readonly<z.infer<typeof watchedFolderSchema>>

/** A folder as the person adds it. */
export const watchInputSchema = z.object({
  folder: watchedFolderSchema.shape.folder,
  /** Whether what is there already is uploaded too. */
  existing: z.boolean(),
  ...choices,
})
export type WatchInput = Readonly<z.infer<typeof watchInputSchema>>

/** What it leaves out stays. */
export const watchChangeSchema = z.object({
  on: z.exactOptional(z.boolean()),
  serverId: z.exactOptional(choices.serverId),
  presetId: z.exactOptional(choices.presetId),
  destination: z.exactOptional(choices.destination),
  skipRules: z.exactOptional(choices.skipRules),
  polls: z.exactOptional(choices.polls),
})
export type WatchChange = Readonly<z.infer<typeof watchChangeSchema>>

/** Where a watched folder stands. */
export type WatchState =
  | { readonly phase: 'off' }
  /** Its files are read for the first time since the start, or since it came back. */
  | { readonly phase: 'reading' }
  | { readonly phase: 'watching' }
  /** It isn't there: its drive, or the folder itself, of this name is waited for. */
  | { readonly phase: 'away'; readonly name: string }
  /** Nothing can be uploaded of it until the person changes something. */
  | { readonly phase: 'stopped'; readonly error: ErrorInfo }

/** A watched folder as the window shows it. */
export interface WatchRow {
  readonly id: string
  /** Absolute path. */
  readonly folder: string
  readonly state: WatchState
  /** The batch that its files are in; null before the first came. */
  readonly batchId: string | null
  /** Of its files on the list. */
  readonly stored: number
  /** Still to be uploaded, with those that grow. */
  readonly left: number
  /** Files that another program still writes: waited for. */
  readonly growing: number
  readonly failed: number
}
