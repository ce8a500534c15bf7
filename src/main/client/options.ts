/** What an entry (window, browser mode, terminal) decides for the client that it opens: folders, programs, overrides of the settings. */
import type { Destination } from '../../shared/destination.ts'
import type { HistoryEntry } from '../../shared/history.ts'
import type { Preset } from '../../shared/presets.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import type { SkipRules } from '../../shared/skip-rules.ts'
import type { ImageProgram } from '../images/processes/image-process.ts'
import type { LookUpFileSystem } from '../intake/file-system.ts'
import type { CreateStore } from '../journal/json-store.ts'
import type { LockProgram } from '../journal/lock-holder.ts'
import type { Vault } from '../journal/settings-store.ts'
import type { Patience } from '../queue/patience.ts'
import type { BundledServerOptions } from '../transfer/bundled-server.ts'
import type { ResolveProxy } from '../transfer/proxies.ts'
import type { EjectOptions } from '../volumes/eject.ts'
import type { Volumes } from '../volumes/volume.ts'

export interface ClientOptions {
  /** Absolute path of the folder that holds the journal, the settings, inbox copies and the lock. */
  readonly stateDir: string
  /** Takes the state folder's lock where this process has no SQLite; left out where it always has. */
  readonly lockProgram?: LockProgram
  readonly createStore: CreateStore
  readonly vault: Vault
  /** URL of the hash worker's file. */
  readonly hashWorker: URL
  /** How to run the image worker. */
  readonly imageWorker: ImageProgram
  /** The thumbnail worker's file; it runs as the image worker does. */
  readonly thumbnailWorker: URL
  /** Overrides the settings' preset and quality, as `--preset` does; null: everything is uploaded as it is. */
  readonly preset?: Preset | null
  /** Overrides where the settings have files go at the server, as `--folder` and its like do. */
  readonly destination?: Destination | undefined
  /** Rules besides those of the settings, as `--skip` and its like give. */
  readonly skipRules?: SkipRules
  /** Overrides the settings' server, as `--server` does. */
  readonly server: ServerAddress | null
  /** How to run the bundled server when no other is set; null where there is none. */
  readonly bundled: Pick<BundledServerOptions, 'entry' | 'nodePath' | 'libraryDir'> | null
  readonly patience: Patience
  /** The system's proxies, on the desktop; the environment's count before them. */
  readonly resolveProxy?: ResolveProxy | undefined
  /** How long a drop may take to prove small before the person is asked about it, in ms; 3,000 where it is left out. */
  readonly reviewPatienceMs?: number
  /** Overrides the settings' `stillSeconds`, as `--still` does. */
  readonly stillSeconds?: number
  /** How long to wait for files that never stand still once nothing else is left, in ms awake; left out: for ever. */
  readonly stillPatienceMs?: number
  /** Says whose clock writes the times of a file; left out: asks the system. */
  readonly lookUpFileSystem?: LookUpFileSystem
  /** The drives of this computer; the system's where it is left out. */
  readonly volumes?: Volumes
  /** Follows the memory cards that are connected; left out, nobody does. */
  readonly cards?: { readonly lookEveryMs?: number; readonly eject?: Partial<EjectOptions> }
  /** Watches the folders of the settings, reading each as a whole so often, in ms; left out, nobody does. */
  readonly watchFolders?: { readonly rereadMs?: number }
  /** How long a page has after a restart to send the rest of its drop, in ms; 45,000 where it is left out. */
  readonly pageReturnMs?: number
  /** Called when a batch has finished. */
  readonly onBatchFinished?: (entry: HistoryEntry) => void
  /** Receives one readable line per event that matters to the operator; never a secret. */
  readonly log: (line: string) => void
}
