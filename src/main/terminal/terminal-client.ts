/** The options that every terminal command opens its client with: workers on this program's own Node, and plain files. */
import { setFlagsFromString } from 'node:v8'
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import type { ClientOptions } from '../client/client.ts'
import { createConfStore } from '../journal/json-store.ts'
import { plainVault } from '../journal/settings-store.ts'
import { hashWorkerEntry, imageWorkerEntry, thumbnailWorkerEntry } from '../program-files.ts'

/**
 * The garbage of many small files is collected once it is two thirds of what is in use, not three times as much: saves
 * 100 MiB of 290 with 10,000 files, for a sixth more of processor time.
 */
export function collectGarbageEarly(): void {
  setFlagsFromString('--heap-growing-percent=70')
}

export const terminalClient = {
  createStore: createConfStore,
  vault: plainVault,
  hashWorker: hashWorkerEntry,
  imageWorker: { entry: imageWorkerEntry, nodePath: process.execPath },
  thumbnailWorker: thumbnailWorkerEntry,
  log: (line) => console.error(escapeControls(line)),
} as const satisfies Partial<ClientOptions>
