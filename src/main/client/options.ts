/** What an entry decides for the client it opens: folders, programs, overrides of the settings. */
import type { HistoryEntry } from '../../shared/history.ts'
import type { Preset } from '../../shared/presets.ts'
import type { ServerAddress } from '../../shared/servers.ts'
import type { ImageProgram } from '../images/processes/image-process.ts'
import type { CreateStore } from '../journal/json-store.ts'
import type { Vault } from '../journal/settings-store.ts'
import type { Patience } from '../queue/server-link.ts'
import type { BundledServerOptions } from '../transfer/bundled-server.ts'

export interface ClientOptions {
  /** Absolute path of the folder that holds journal, settings, staged copies and lock. */
  readonly stateDir: string
  readonly createStore: CreateStore
  readonly vault: Vault
  /** URL of the hash worker's file. */
  readonly hashWorker: URL
  /** How to run the image worker. */
  readonly imageWorker: ImageProgram
  /** The thumbnail worker's file; it runs as the image worker does. */
  readonly thumbnailWorker: URL
  /** Overrides the settings' preset and quality, as `--preset` does; null: everything goes as it is. */
  readonly preset?: Preset | null
  /** Overrides the settings' server, as `--server` does. */
  readonly server: ServerAddress | null
  /** How to run the bundled server when no other is set; null where there is none. */
  readonly bundled: Pick<BundledServerOptions, 'entry' | 'nodePath' | 'libraryDir'> | null
  readonly patience: Patience
  /** Told when a batch came to its end. */
  readonly onBatchFinished?: (entry: HistoryEntry) => void
  /** Receives one readable line per event that matters to whoever runs PhotoFerry; never a secret. */
  readonly log: (line: string) => void
}
