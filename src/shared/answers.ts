/** What commands of the window answer, where it is more than a word or two. Pure vocabulary. */
import type { ErrorInfo } from './protocol/errors.ts'

export interface AppInfo {
  readonly mode: 'desktop' | 'browser'
  readonly version: string
  readonly platform: string
  /** Whether files can be shown in the system's file manager and opened with the system's programs. */
  readonly canShowInFolder: boolean
  /** Whether the system can open the app at login: macOS and Windows can. */
  readonly canStartAtLogin: boolean
  /** Where the bundled server keeps photos unless the settings say otherwise; absolute. */
  readonly usualLibraryDir: string | null
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

export interface ServerCheck {
  readonly ok: boolean
  /** One sentence for the person. */
  readonly message: string
  readonly error?: ErrorInfo
  /** With `tls-untrusted`: the certificate that was shown, to be trusted by its fingerprint if the person knows it. */
  readonly certificate?: ShownCertificate
}

export interface ShownCertificate {
  /** As `ServerAddress.fingerprint` takes it. */
  readonly fingerprint: string
  /** Common name, or the whole subject where it has none. */
  readonly subject: string
  readonly issuer: string
  /** ms since 1970. */
  readonly validToMs: number
}

/** What a restart found of the files that were on the list; see `RestartReport` in feed.ts. */
export const restartGroups = ['safe', 'goingOn', 'changed', 'missing'] as const
export type RestartGroup = (typeof restartGroups)[number]

/** What was taken off the list. */
export interface Removal {
  readonly removed: number
  /** For `queue.undo`; null when nothing was removed. */
  readonly undoId: string | null
}

/** What came of choosing a preset for a batch: counts of its files; canceled ones are in neither. */
export interface PresetChange {
  /** Go by it now, those that did before included. */
  readonly following: number
  /** Keep another one, because work on them has begun or is done. */
  readonly keeping: number
}

/** What came of adding files: batches that begin, or a survey that waits for the person. */
export interface Intake {
  readonly batchIds: readonly string[]
  /** Null where nothing is to be confirmed. */
  readonly surveyId: string | null
}
