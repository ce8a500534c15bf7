/** All deliberate breaks. */
import type { Break } from './break.ts'
import { appending } from './lists/appending.ts'
import { batchBreaks } from './lists/batches.ts'
import { cards } from './lists/cards.ts'
import { clientJourney } from './lists/client-journey.ts'
import { clientQueue } from './lists/client-queue.ts'
import { clientSafety } from './lists/client-safety.ts'
import { destinations } from './lists/destinations.ts'
import { newDoors } from './lists/new-doors.ts'
import { previewBreaks } from './lists/previews.ts'
import { serverDisk } from './lists/server-disk.ts'
import { serverGuards } from './lists/server-guards.ts'
import { serverLedger } from './lists/server-ledger.ts'
import { serverTrust } from './lists/server-trust.ts'
import { serverUploads } from './lists/server-uploads.ts'
import { sets } from './lists/sets.ts'
import { settingsFiles } from './lists/settings-files.ts'
import { watching } from './lists/watching.ts'

export const breaks: readonly Break[] = [
  ...serverDisk,
  ...serverLedger,
  ...serverUploads,
  ...appending,
  ...serverGuards,
  ...serverTrust,
  ...clientJourney,
  ...clientQueue,
  ...clientSafety,
  ...newDoors,
  ...cards,
  ...destinations,
  ...watching,
  ...settingsFiles,
  ...batchBreaks,
  ...sets,
  ...previewBreaks,
]
