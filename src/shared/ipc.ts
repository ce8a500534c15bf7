/**
 * The commands between the window and the main process, with their answers. What main sends by itself is the feed
 * (feed.ts).
 * The same contract runs over Electron's IPC and over browser mode's WebSocket.
 */
import { z } from 'zod'
import {
  type AppInfo,
  type FolderListing,
  type Intake,
  type PresetChange,
  type Refusal,
  type Removal,
  restartGroups,
  type ServerCheck,
} from './answers.ts'
import type { CertificateEntry } from './cards.ts'
import { type DestinationPreview, destinationSchema } from './destination.ts'
import type { ItemDetails } from './details.ts'
import { type HistoryEntry, receiptFormats } from './history.ts'
import type { PhotoFacts } from './photo-facts.ts'
import { presetFileSchema, presetIdSchema } from './presets.ts'
import type { ErrorInfo } from './protocol/errors.ts'
import { mostServers, serverAddressSchema } from './servers.ts'
import { type Settings, settingsPatchSchema } from './settings.ts'
import { largestSettingsFile } from './settings-file.ts'
import { skipReasonSchema } from './skip-rules.ts'
import type { DropSurvey } from './survey.ts'
import { watchChangeSchema, watchInputSchema } from './watched.ts'

/** What a command acts on: everything, whole batches, or single files. */
const targetSchema = z.union([
  z.object({ all: z.literal(true) }),
  z.object({ batchIds: z.array(z.string()).min(1).max(10_000) }),
  z.object({ itemIds: z.array(z.string()).min(1).max(200_000) }),
])
export type Target = z.infer<typeof targetSchema>

/**
 * What files are lost from: `agreed` is the count of those that are not stored which the person was asked about. Files
 * arrive while a question is open, so main does nothing where there are more by then, and answers how many.
 */
const lossSchema = z.intersection(targetSchema, z.object({ agreed: z.int().nonnegative().optional() }))

const nothing = z.object({})
const itemRef = z.object({ itemId: z.string() })
const cardRef = z.object({ cardId: z.string().max(64) })
const watchRef = z.object({ watchId: z.string().max(64) })
const surveyRef = z.object({ surveyId: z.string().max(64) })
const serverId = z.string().max(64)
/** The preset and the server of a drop; left out, those of the settings. */
const choice = { presetId: presetIdSchema.optional(), serverId: serverId.optional() }
/** The question as the person saw it, with what they answered: only that question is answered. */
const serverAnswerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token'), token: z.string().trim().min(1).max(10_000) }),
  z.object({ kind: z.literal('certificate'), trusted: z.string(), shown: z.string() }),
  z.object({ kind: z.literal('redirect'), url: z.string() }),
])
export type ServerAnswer = z.infer<typeof serverAnswerSchema>

const exportSchema = z.object({
  kind: z.enum(['studio', 'machine']),
  serverIds: z.exactOptional(z.array(serverId).max(mostServers)),
  secrets: z.boolean(),
})

const batchIds = z.array(z.string()).min(1).max(10_000)
const receiptRef = z.object({ batchId: z.string(), format: z.enum(receiptFormats) })

/** Paths that a page names at once. */
export const mostPaths = 500_000
/** Skipped files that a page names at once. */
export const mostSkippedAtOnce = 2_000

const skippedFileSchema = z.object({
  /** Path inside the drop. */
  relativePath: z.string().min(1),
  /** Bytes. */
  size: z.int().nonnegative(),
  /** The rule that it matched. */
  reason: skipReasonSchema,
})
/** A file of a drop that a page does not send: nothing but this is known of it. */
export type SkippedFile = Readonly<z.infer<typeof skippedFileSchema>>

/** Command -> schema of its input; main parses every payload with it before using any of it. */
export const commandInputs = {
  'app.info': nothing,
  /** Absolute paths of dropped or chosen files and folders. */
  'intake.add': z.object({ paths: z.array(z.string().min(1)).min(1).max(100_000), ...choice }),
  /** Desktop: opens the system's dialog and adds what was chosen; `opened` adds what the system asked the app to open. */
  'intake.pick': z.object({ kind: z.enum(['files', 'folder', 'opened']), ...choice }),
  /** What was found so far of a drop under review. */
  'survey.get': surveyRef,
  /** Adds it. */
  'survey.confirm': surveyRef.extend(choice),
  /** Adds nothing of it. */
  'survey.forget': surveyRef,
  /** Browser mode: what is in a folder of the machine that runs PhotoFerry; null for the home folder. */
  'folders.list': z.object({ path: z.string().nullable() }),
  /** Desktop: opens the system's dialog for one folder, such as that of the library; adds nothing. */
  'folders.choose': nothing,
  /**
   * Browser mode: opens a drop whose files the page then streams to `PUT /staging/:dropId`; with the id of an earlier
   * drop that was interrupted it resumes that one, if it still exists.
   */
  'staging.begin': z.object({
    name: z.string().min(1).max(255),
    /** Count of the files that the page is going to send now, or to name in `staging.skip`. */
    files: z.int().nonnegative(),
    /** Their paths inside the drop: what never comes is named. */
    paths: z.array(z.string()).max(mostPaths).optional(),
    /** Paths inside the drop of folders that the page could not read to their end: they count as files that never come. */
    unread: z.array(z.string().min(1)).max(mostPaths).optional(),
    /** Files of the drop that a page of an earlier version skipped by the person's rules, and does not name. */
    skipped: z.int().nonnegative().optional(),
    /** System files and folders that the page left out of the drop. */
    leftOut: z.int().nonnegative().optional(),
    dropId: z.string().optional(),
    ...choice,
  }),
  /** Browser mode: files of the drop that the page does not send because of the person's rules. Naming one again changes nothing. */
  'staging.skip': z.object({ dropId: z.string(), files: z.array(skippedFileSchema).max(mostSkippedAtOnce) }),
  /** Browser mode: no more files will come for this drop. */
  'staging.finish': z.object({ dropId: z.string() }),
  'queue.pause': targetSchema,
  'queue.resume': targetSchema,
  'queue.cancel': lossSchema,
  /** Sends files again, with their count of retries back at zero: of everything or a batch the failed ones, else the named ones. */
  'queue.retry': targetSchema,
  /** Moves files, or whole batches, before all others; they keep their order. */
  'queue.moveToTop': targetSchema,
  /** Removes done and canceled files from the list; their originals and stored files are kept. */
  'queue.removeFinished': lossSchema,
  /** Removes files from the list; those that are not finished are canceled first. */
  'queue.remove': lossSchema,
  /** Restores what one of the two commands above removed; possible for some minutes, for the last few removals. */
  'queue.undo': z.object({ undoId: z.string() }),
  /** Reorders batches, and so the queue; batches that are not named follow in their order. */
  'batches.reorder': z.object({ batchIds }),
  /** Chooses the preset of a batch, for those of its files that have not started. */
  'batch.setPreset': z.object({ batchId: z.string(), presetId: presetIdSchema }),
  /** Changes a preset, or makes a new one where the id is null; `original` cannot be changed. */
  /** Where a batch goes at its server, and later ones of that server; refused once files of it were sent. */
  'batch.setDestination': z.object({ batchId: z.string(), destination: destinationSchema }),
  /** What the first files would be called there; without a batch, those of an example. */
  'destination.preview': z.object({ destination: destinationSchema, batchId: z.string().nullable() }),
  'presets.save': z.object({ id: presetIdSchema.nullable(), preset: presetFileSchema }),
  /** Removes a preset that the person made; resets one that comes with PhotoFerry. */
  'presets.remove': z.object({ id: presetIdSchema }),
  /** The person has read which files of these batches never arrived. */
  'batches.dismissMissing': z.object({ batchIds }),
  /** Sends a batch to another server; refused once files of it were sent or are being sent. */
  'batches.setServer': z.object({ batchIds, serverId }),
  /** A link by which anybody sees the stored files of a batch and downloads them, without a token. */
  'batch.share': z.object({ batchId: z.string(), days: z.number().positive().max(3_650) }),
  /** Opens what such a link opens, for a day. */
  'batch.show': z.object({ batchId: z.string() }),
  'item.details': itemRef,
  /** Camera, exposure, time and size of a photo. */
  'item.photo': itemRef,
  /** Links that open stored files in any browser, each for one hour; files that are not stored are left out. */
  'item.links': z.object({ itemIds: z.array(z.string()).min(1).max(10_000) }),
  /** Desktop: opens the folders that the originals are in, each once and ten at most. */
  'item.showInFolder': z.object({ itemIds: z.array(z.string()).min(1).max(200_000) }),
  'item.open': itemRef,
  /** The files behind a number of the report after a restart. */
  'restart.items': z.object({ group: z.enum(restartGroups) }),
  'restart.dismiss': nothing,
  /** Uploads what the library does not hold of a card; when all is there, every byte on it is read once more. */
  'cards.upload': cardRef.extend(choice),
  /** Reads every byte on a card once more, and holds it against what the server has. */
  'cards.check': cardRef,
  /** Shows no more of a card. */
  'cards.dismiss': cardRef,
  /** Refused while files of it are still to be uploaded, or came to it since it was checked. */
  'cards.eject': cardRef,
  /** Uploads the files of a folder of this computer as they come. */
  'watched.add': watchInputSchema,
  /** A change to its server, destination or preset holds for files that come from now on. */
  'watched.change': watchRef.extend({ change: watchChangeSchema }),
  /** Watches it no longer: its files stay where they are, also on the list. */
  'watched.remove': watchRef,
  'settings.get': nothing,
  'settings.set': settingsPatchSchema,
  /** Desktop: asks where to save a `.photoferry` file; a page makes its own. */
  'settings.toFile': exportSchema,
  /** Takes over what a `.photoferry` file holds. */
  'settings.fromFile': z.object({ text: z.string().max(largestSettingsFile) }),
  'server.check': serverAddressSchema,
  /** Answers a question about a server; `url` is the server's as it was shown. Refused once either is another. */
  'server.answer': z.object({ serverId, url: z.string(), answer: serverAnswerSchema }),
  /** Newest first. */
  'history.list': nothing,
  /** What one finished batch came to. */
  'history.get': z.object({ batchId: z.string() }),
  /** Deletes entries with their receipts; files that are on the list stay there. */
  'history.remove': z.object({ batchIds }),
  /** Desktop: asks where to save the receipt; works before a batch is finished too. A page fetches it: see browser-bridge.ts. */
  'receipt.save': receiptRef,
} as const satisfies Record<string, z.ZodType>

export type CommandName = keyof typeof commandInputs
export type CommandInput<Name extends CommandName> = z.infer<(typeof commandInputs)[Name]>

/** Command -> what it answers. A failed command answers an `ErrorInfo`; a failed upload is an item's state. */
export interface CommandOutputs {
  'app.info': AppInfo
  'intake.add': Intake
  'intake.pick': Intake
  'survey.get': DropSurvey
  'survey.confirm': { batchIds: readonly string[] }
  'survey.forget': Record<string, never>
  'folders.list': FolderListing
  /** Absolute; null when the dialog was dismissed. */
  'folders.choose': { path: string | null }
  'staging.begin': { dropId: string }
  'staging.skip': Record<string, never>
  'staging.finish': Record<string, never>
  'queue.pause': Record<string, never>
  'queue.resume': Record<string, never>
  'queue.cancel': Refusal
  'queue.retry': Record<string, never>
  'queue.moveToTop': Record<string, never>
  'queue.removeFinished': Removal
  'queue.remove': Removal
  'queue.undo': { restored: number }
  'batches.reorder': Record<string, never>
  'batches.dismissMissing': Record<string, never>
  'batches.setServer': Record<string, never>
  'batch.setPreset': PresetChange
  'batch.setDestination': Record<string, never>
  'destination.preview': DestinationPreview
  'presets.save': { id: string; settings: Settings }
  'presets.remove': Settings
  /** `path` is that of the shared file or folder in the server's library. */
  'batch.share': { url: string; path: string }
  /** As for `item.open`. */
  'batch.show': { url: string | null }
  'item.details': ItemDetails
  /** Null for files that are no photos, can't be read or are missing. */
  'item.photo': PhotoFacts | null
  'item.links': { links: readonly { itemId: string; url: string }[] }
  'item.showInFolder': Record<string, never>
  /** The address that the page must open itself; null when the system's browser has opened it. */
  'item.open': { url: string | null }
  'restart.items': { itemIds: readonly string[] }
  'restart.dismiss': Record<string, never>
  'cards.upload': Record<string, never>
  'cards.check': Record<string, never>
  'cards.dismiss': Record<string, never>
  'cards.eject': Record<string, never>
  'watched.add': Record<string, never>
  'watched.change': Record<string, never>
  'watched.remove': Record<string, never>
  'settings.get': Settings
  'settings.set': Settings
  /** Absolute; null when the dialog was dismissed. */
  'settings.toFile': { path: string | null }
  'settings.fromFile': Settings
  'server.check': ServerCheck
  'server.answer': Settings
  'history.list': {
    entries: readonly HistoryEntry[]
    /** Of cards that were safe to format. */
    certificates: readonly CertificateEntry[]
  }
  /** Null for a batch that is not finished, or was deleted from the history. */
  'history.get': { entry: HistoryEntry | null }
  'history.remove': Record<string, never>
  /** Absolute; null when the dialog was dismissed. */
  'receipt.save': { path: string | null }
}

/** A command's answer, the same on both bridges. */
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
