/** All deliberate breaks. */
import type { Break } from './break.ts'
import { serverDisk } from './lists/server-disk.ts'
import { serverLedger } from './lists/server-ledger.ts'
import { serverUploads } from './lists/server-uploads.ts'

export const breaks: readonly Break[] = [...serverDisk, ...serverLedger, ...serverUploads]
