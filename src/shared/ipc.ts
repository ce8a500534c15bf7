/**
 * Everything that passes between the window and the main process: commands with their answers. What is told
 * without being asked is the feed (feed.ts).
 * The same contract runs over Electron's IPC and over browser mode's WebSocket.
 */
import { z } from 'zod'
import type { ErrorInfo } from './errors.ts'
import type { FeedEvent } from './feed.ts'
import { presetFileSchema, presetIdSchema } from './presets.ts'
import { type Settings, serverAddressSchema, settingsPatchSchema } from './settings.ts'

/** What a command acts on: everything, whole batches, or single files. */
export const targetSchema = z.union([
  z.object({ all: z.literal(true) }),
  z.object({ batchIds: z.array(z.string()).min(1).max(10_000) }),
  z.object({ itemIds: z.array(z.string()).min(1).max(200_000) }),
])
export type Target = z.infer<typeof targetSchema>

const nothing = z.object({})
const itemRef = z.object({ itemId: z.string() })
/** What is done to the photos of this drop; left out, what the settings say. */
const presetId = presetIdSchema.optional()

/** Command -> schema of its input; main parses every payload with it before looking at anything. */
export const commandInputs = {
  'app.info': nothing,
  /** Absolute paths of dropped or chosen files and folders. */
  'intake.add': z.object({ paths: z.array(z.string().min(1)).min(1).max(100_000), presetId }),
  /** Desktop: opens the system's dialog and adds what was chosen. */
  'intake.pick': z.object({ kind: z.enum(['files', 'folder']), presetId }),
  /** Browser mode: what is in a folder of the machine that runs PhotoFerry; null for the home folder. */
  'folders.list': z.object({ path: z.string().nullable() }),
  /**
   * Browser mode: opens a drop whose files the page then streams to `PUT /staging/:dropId`; with the id of an earlier
   * one that broke off it goes on with that, if it is still there.
   */
  'staging.begin': z.object({
    name: z.string().min(1).max(255),
    files: z.int().nonnegative(),
    dropId: z.string().optional(),
    presetId,
  }),
  /** Browser mode: no more files will come for this drop. */
  'staging.finish': z.object({ dropId: z.string() }),
  'queue.pause': targetSchema,
  'queue.resume': targetSchema,
  'queue.cancel': targetSchema,
  /** Sends files anew, with their retry count back at zero: of everything or a batch the failed ones, else the named ones. */
  'queue.retry': targetSchema,
  /** Takes done and canceled files off the list; their originals and stored copies stay. */
  'queue.removeFinished': nothing,
  /** Chooses the preset of a batch, for those of its files on which no work has begun. */
  'batch.setPreset': z.object({ batchId: z.string(), presetId: presetIdSchema }),
  /** Changes a preset, or makes a new one where the id is null; `original` cannot be changed. */
  'presets.save': z.object({ id: presetIdSchema.nullable(), preset: presetFileSchema }),
  /** Removes a preset of the person's own; resets one that comes with PhotoFerry. */
  'presets.remove': z.object({ id: presetIdSchema }),
  'item.details': itemRef,
  'item.showInFolder': itemRef,
  'item.open': itemRef,
  'settings.get': nothing,
  'settings.set': settingsPatchSchema,
  'server.check': serverAddressSchema,
} as const satisfies Record<string, z.ZodType>

export type CommandName = keyof typeof commandInputs
export type CommandInput<Name extends CommandName> = z.infer<(typeof commandInputs)[Name]>

/** Command -> what it answers. A failed command answers an `ErrorInfo`; a failed upload is an item's state. */
export interface CommandOutputs {
  'app.info': AppInfo
  'intake.add': { batchIds: readonly string[] }
  'intake.pick': { batchIds: readonly string[] }
  'folders.list': FolderListing
  'staging.begin': { dropId: string }
  'staging.finish': Record<string, never>
  'queue.pause': Record<string, never>
  'queue.resume': Record<string, never>
  'queue.cancel': Record<string, never>
  'queue.retry': Record<string, never>
  'queue.removeFinished': { removed: number }
  /** How many files go by it now. */
  'batch.setPreset': { changed: number }
  'presets.save': { id: string; settings: Settings }
  'presets.remove': Settings
  'item.details': ItemDetails
  'item.showInFolder': Record<string, never>
  /** Where the page must open the stored file itself; null when the system's browser was told to. */
  'item.open': { url: string | null }
  'settings.get': Settings
  'settings.set': Settings
  'server.check': ServerCheck
}

/** How the window reaches main, whichever of the two ways it is. */
export interface Bridge {
  /** @throws CommandError with the code and message that main answered */
  invoke<Name extends CommandName>(name: Name, input: CommandInput<Name>): Promise<CommandOutputs[Name]>
  /**
   * Starts the feed: its first event has `reset`, then come all rows in pages, then changes as they happen.
   * @returns a function that ends it
   */
  subscribe(listener: (event: FeedEvent) => void): () => void
  /**
   * Adds what was dropped onto the window, folders with their structure.
   * @param onProgress called in browser mode while the page streams files; both are counts of files
   */
  addDropped(dropped: DataTransfer, onProgress: (progress: DropProgress) => void): Promise<void>
}

/** How far the page is with handing a drop over to PhotoFerry. */
export interface DropProgress {
  readonly handedOver: number
  readonly total: number
}

export interface AppInfo {
  readonly mode: 'desktop' | 'browser'
  readonly version: string
  readonly platform: string
  /** Whether files can be shown in the system's file manager and opened with the system's programs. */
  readonly canShowInFolder: boolean
}

export interface FolderListing {
  /** Absolute path. */
  readonly path: string
  /** Null at the top. */
  readonly parent: string | null
  readonly entries: readonly FolderEntry[]
}

export interface FolderEntry {
  readonly name: string
  readonly path: string
  readonly kind: 'folder' | 'file'
  /** Bytes; 0 for a folder. */
  readonly size: number
}

export interface ItemDetails {
  readonly sourcePath: string
  readonly md5: string | null
  readonly mtimeMs: number
  readonly sentBytes: number
}

export interface ServerCheck {
  readonly ok: boolean
  /** One sentence for the person. */
  readonly message: string
  readonly error?: ErrorInfo
}

/** A command's answer on the wire of either bridge. */
export type CommandReply =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorInfo }

/** What `invoke` rejects with. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly info: ErrorInfo

  constructor(info: ErrorInfo) {
    super(info.message)
    this.info = info
  }
}

/** What the preload script exposes to the window as `window.photoferry`: named functions and plain data only. */
export interface PreloadApi {
  invoke(name: CommandName, input: unknown): Promise<CommandReply>
  subscribe(listener: (event: FeedEvent) => void): () => void
  /** Adds dropped files and folders; the paths are read from the `File` objects inside the preload script. */
  addFiles(files: readonly File[]): Promise<CommandReply>
}

/** Names of the channels on Electron's IPC. */
export const ipcChannels = {
  command: 'photoferry:command',
  subscribe: 'photoferry:subscribe',
  unsubscribe: 'photoferry:unsubscribe',
  feed: 'photoferry:feed',
} as const
