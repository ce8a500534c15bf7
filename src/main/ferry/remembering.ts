/** What the client remembers of times before: the last run, finished batches, receipts. */
import type { Ferry } from './interface.ts'
import type { FerryParts } from './parts.ts'
import { notYet, notYetAtAll } from './steering.ts'

type Remembering = Pick<Ferry, 'restartItems' | 'dismissRestart' | 'history' | 'forgetHistory' | 'receipt'>

export function remembering(_parts: FerryParts): Remembering {
  return {
    restartItems: () => [],
    dismissRestart: () => undefined,
    history: notYetAtAll,
    forgetHistory: notYet,
    receipt: notYet,
  }
}
