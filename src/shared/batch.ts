/** A batch: one drop as the journal keeps it, with what of it is not on the list. */
import { z } from 'zod'
import { destinationSchema } from './destination.ts'
import { presetSchema } from './presets.ts'

/** A folder of a drop, or the whole drive of single files of it. */
export const dropRootSchema = z
  .object({
    /** Absolute path: it holds for the files at and below it. */
    root: z.string(),
    /** What it is called while it is gone: its drive's name, or its own where it lies on the computer's own disk. */
    name: z.string(),
    /** Absolute path at which its drive was; null: on the computer's own disk. */
    mountPoint: z.string().nullable(),
    /** The drive's id, wherever it is connected; null where the system has none for it. */
    id: z.string().nullable(),
    /** Path of the folder on its drive, where a link on the way to `root` hides it. */
    inside: z.string().optional(),
  })
  .readonly()
export type DropRoot = z.infer<typeof dropRootSchema>

/** Names of files that a batch keeps of those that never arrived; of the others it keeps the count. */
export const missingNamed = 1_000

/** Files that a page announced and never sent. */
export const neverArrivedSchema = z.object({
  files: z.int().positive(),
  /**
   * Paths inside the drop, as far as they are known: `missingNamed` at most. One that ends with `/` is a folder that the
   * page could not read to its end; it counts as one file.
   */
  names: z.array(z.string()).max(missingNamed).readonly(),
  /** The page that was copying them was closed, or it could not read or send them. */
  why: z.enum(['page-closed', 'not-sent']),
  /** The person has read it. */
  dismissed: z.boolean().default(false),
})
export type NeverArrived = Readonly<z.infer<typeof neverArrivedSchema>>

const countSchema = z.int().nonnegative()

/** How many files of a batch are not on the list, and why. */
const removedSchema = z.object({
  /** Of those that the server had confirmed. */
  stored: countSchema,
  /** Of those, as converted copies. */
  copies: countSchema,
  /** Of all others, whatever their status was. */
  notStored: countSchema,
  /** Of those that never came onto it: the page that they were dropped onto skipped them by one of the person's rules. */
  skipped: countSchema.default(0),
})
export type RemovedCounts = Readonly<z.infer<typeof removedSchema>>

export const noneRemoved: RemovedCounts = { stored: 0, copies: 0, notStored: 0, skipped: 0 }

/** What the name of a batch of previews ends with; shown in the language of the window. */
export const previewsSuffix = ' · previews'

/** One drop, named after its folder. */
export const batchSchema = z.object({
  id: z.string().min(1),
  name: z.string(),
  /** Position among the batches, and so in the queue; batches swap these numbers when the person reorders them. */
  order: z.int().nonnegative(),
  createdAtMs: z.number(),
  /** The server that it is sent to; see servers.ts. Null in older journals: the default one. */
  serverId: z.string().nullable().default(null),
  /** Where its files go there; null: as they lie in the drop. */
  destination: destinationSchema.nullable().default(null),
  /** How long at least one of its files was active, ms. */
  activeMs: z.number().nonnegative().default(0),
  /** Absolute paths of this drop that are still to be read; reading resumes after a restart. */
  unscannedPaths: z.array(z.string()),
  /**
   * Of these paths, those whose name is another one in the library (a dropped link leads there, or the drive has another
   * path now) -> that name, parts joined by `/`.
   */
  unscannedNames: z.record(z.string(), z.string()).optional(),
  /** Where its folders lie, and on which drives: a drive that is gone parks its files. Older journals name none. */
  drives: z.array(dropRootSchema).default([]),
  /** System files and folders that were left out of it; see system-files.ts. */
  leftOut: z.int().nonnegative().default(0),
  /** How many files it has once a page has sent all that it announced; null where no page is sending any. */
  awaitedFiles: z.int().nonnegative().nullable().default(null),
  neverArrived: neverArrivedSchema.nullable().default(null),
  /** For files that are still to be added to it; each file keeps the one it was added with. */
  preset: presetSchema.readonly().nullable().default(null),
  /**
   * Whether the person may still be asked about it: its files are listed as they are found, but none is sent. A start of
   * PhotoFerry forgets such a batch.
   */
  unconfirmed: z.boolean().default(false),
  /** Id of the batch whose originals follow these previews; null where these are originals, or copies of a preset. */
  previewsOf: z.string().nullable().default(null),
  /** Its files that are no longer on the list: they are counted for as long as the batch is there. */
  removed: removedSchema.readonly().default(noneRemoved),
})
export type Batch = Readonly<z.infer<typeof batchSchema>>
