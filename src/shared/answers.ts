/** The larger answers to the window's commands. */
import type { ErrorInfo } from './protocol/errors.ts'

export interface AppInfo {
  readonly mode: 'desktop' | 'browser'
  readonly version: string
  readonly platform: string
  /** Whether files can be shown in the system's file manager and opened with the system's programs. */
  readonly canShowInFolder: boolean
  /** Whether the system's key store keeps tokens from other programs; else a file holds them that only this user may read. */
  readonly sealsTokens: boolean
  /** Where the bundled server keeps photos unless the settings name a folder; absolute. */
  readonly usualLibraryDir: string | null
  /** The person's home folder on the computer that runs PhotoFerry; absolute. Paths below it are shown with `~`. */
  readonly homeDir: string
  /** Where receipts are kept unless another folder is named; absolute. */
  readonly usualReceiptDir: string
  /** Whether nobody has finished a batch or named a server here: the window then says what PhotoFerry does. */
  readonly isNew: boolean
}

export interface FolderListing {
  /** Absolute path. */
  readonly path: string
  /** Null at the top. */
  readonly parent: string | null
  readonly entries: readonly FolderEntry[]
  /** Folders that most people begin in; those that are there. */
  readonly places: readonly FolderPlace[]
}

export interface FolderPlace {
  readonly kind: 'home' | 'pictures' | 'desktop'
  /** Absolute. */
  readonly path: string
}

export interface FolderEntry {
  readonly name: string
  readonly path: string
  readonly kind: 'folder' | 'file'
  /** Bytes; 0 for a folder. */
  readonly size: number
  /** What lies directly in a folder, without what is hidden; left out for a file, and where counting would take long. */
  readonly inside?: { readonly files: number; readonly folders: number }
}

export interface ServerCheck {
  readonly ok: boolean
  /** One sentence for the person. */
  readonly message: string
  readonly error?: ErrorInfo
  /** With `tls-untrusted` and `certificate-changed`: the certificate that was shown, to be trusted by its fingerprint if the person knows it. */
  readonly certificate?: ShownCertificate
}

export interface ShownCertificate {
  /** In the form of `ServerAddress.fingerprint`. */
  readonly fingerprint: string
  /** Common name, or the whole subject where it has none. */
  readonly subject: string
  readonly issuer: string
  /** ms since 1970. */
  readonly validToMs: number
}

/** The groups of files in the report after a restart; see `RestartReport` in feed.ts. */
export const restartGroups = ['safe', 'goingOn', 'changed', 'missing', 'notUploaded'] as const
export type RestartGroup = (typeof restartGroups)[number]

/** What a command removed from the list. */
export interface Removal {
  readonly removed: number
  /** For `queue.undo`; null when nothing was removed. */
  readonly undoId: string | null
  /** See `Refusal`. */
  readonly tooMany?: number
}

/** Nothing was done, as it would have lost more files than the person agreed to. */
export interface Refusal {
  /** How many it would lose now; left out where the command was carried out. */
  readonly tooMany?: number
}

/** The result of choosing a preset for a batch: counts of its files; canceled ones are in neither. */
export interface PresetChange {
  /** Have it now, including those that had it before. */
  readonly following: number
  /** Keep another one, because they have started or are done. */
  readonly keeping: number
}

/** The result of adding files: batches that start, or a survey that waits for the person. */
export interface Intake {
  readonly batchIds: readonly string[]
  /** Null where nothing is to be confirmed. */
  readonly surveyId: string | null
}
