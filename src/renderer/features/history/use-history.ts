/** The history of finished batches, read from main, and the actions on an entry. */
import { useCallback, useEffect, useState } from 'react'
import type { BatchRow } from '../../../shared/feed.ts'
import type { HistoryEntry, ReceiptFormat } from '../../../shared/history.ts'
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { showAlert, showFailure } from '../../store/alert-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { outcomeOfBatch } from '../../store/status-groups.ts'
import { t } from '../../text/i18n.ts'

/** Main saves an entry within a second after its batch finishes. */
const untilSavedMs = 1_500

interface History {
  /** Newest first; null until they have been read. */
  readonly entries: readonly HistoryEntry[] | null
  readonly saveReceipt: (batchId: string, format: ReceiptFormat) => Promise<void>
  readonly remove: (batchId: string) => Promise<void>
}

export function useHistory(): History {
  const run = useCommand()
  const { bridge } = useBridge()
  const [entries, setEntries] = useState<readonly HistoryEntry[] | null>(null)

  const read = useCallback(async () => {
    const answer = await run('history.list', {})
    setEntries(answer?.entries ?? [])
  }, [run])
  const finished = useQueue((state) => countFinished(state.batches))
  useEffect(() => {
    if (finished >= 0) void read()
    const timer = setTimeout(() => void read(), untilSavedMs)
    return () => clearTimeout(timer)
  }, [read, finished])

  const saveReceipt = async (batchId: string, format: ReceiptFormat) => {
    try {
      const path = await bridge.saveReceipt(batchId, format)
      if (path !== null) showAlert('info', t('history.saved', { path }))
    } catch (thrown) {
      showFailure(thrown)
    }
  }
  const remove = async (batchId: string) => {
    const answer = await run('history.remove', { batchIds: [batchId] })
    if (answer !== null) await read()
  }
  return { entries, saveReceipt, remove }
}

function countFinished(batches: ReadonlyMap<string, BatchRow>): number {
  return [...batches.values()].filter((batch) => outcomeOfBatch(batch).level !== 'in-progress').length
}
