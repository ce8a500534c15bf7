/** What the client remembers of times before: the last run, finished batches, receipts. */
import type { Client } from './interface.ts'
import type { ClientParts } from './parts.ts'

type Remembering = Pick<Client, 'restartItems' | 'dismissRestart' | 'history' | 'forgetHistory' | 'receipt'>

export function remembering({ history, historyKeeper, restart, feed }: ClientParts): Remembering {
  return {
    restartItems: (group) => restart.items(group),
    dismissRestart: () => {
      restart.dismiss()
      feed.touchOverview()
    },
    history: () => history.entries(),
    forgetHistory: async (batchIds) => history.remove(batchIds),
    receipt: (batchId, format) => historyKeeper.receipt(batchId, format),
  }
}
