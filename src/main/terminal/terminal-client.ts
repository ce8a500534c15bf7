/** The options that every terminal command opens its client with: workers on this program's own Node, and plain files. */
import { escapeControls } from '../../shared/protocol/escape-controls.ts'
import type { ClientOptions } from '../client/client.ts'
import { createConfStore } from '../journal/json-store.ts'
import { plainVault } from '../journal/settings-store.ts'
import { hashWorkerEntry, imageWorkerEntry, thumbnailWorkerEntry } from '../program-files.ts'

export const terminalClient = {
  createStore: createConfStore,
  vault: plainVault,
  hashWorker: hashWorkerEntry,
  imageWorker: { entry: imageWorkerEntry, nodePath: process.execPath },
  thumbnailWorker: thumbnailWorkerEntry,
  log: (line) => console.error(escapeControls(line)),
} as const satisfies Partial<ClientOptions>
