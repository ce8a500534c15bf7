/** The finished batches as main remembers them, read when the history opens; and what can be done with one. */
import { useCallback, useEffect, useState } from 'react'
import type { BatchRow } from '../../../shared/feed.ts'
import type { HistoryEntry, ReceiptFormat } from '../../../shared/history.ts'
import { isFinished } from '../../../shared/upload.ts'
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { reasonOf, showAlert } from '../../store/alert-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { countOf } from '../../store/status-groups.ts'
import { t } from '../../text/i18n.ts'

const untilWrittenMs = 1_500

interface History {
  /** Newest first; null until they are read. */
  readonly entries: readonly HistoryEntry[] | null
  readonly keepReceipt: (batchId: string, format: ReceiptFormat) => Promise<void>
  readonly forget: (batchId: string) => Promise<void>
}

export function useHistory(): History {
  const run = useCommand()
  const { bridge } = useBridge()
  const [entries, setEntries] = useState<readonly HistoryEntry[] | null>(null)

  const read = useCallback(async () => {
    const answer = await run('history.list', {})
    setEntries(answer?.entries ?? [])
  }, [run])
  // Main writes a batch down within a second of its end: read now, and again when that is over.
  const ended = useQueue((state) => endedBatches(state.batches))
  useEffect(() => {
    if (ended >= 0) void read()
    const timer = setTimeout(() => void read(), untilWrittenMs)
    return () => clearTimeout(timer)
  }, [read, ended])

  const keepReceipt = async (batchId: string, format: ReceiptFormat) => {
    try {
      const path = await bridge.saveReceipt(batchId, format)
      if (path !== null) showAlert('info', t('history.saved', { path }))
    } catch (thrown) {
      showAlert('error', reasonOf(thrown))
    }
  }
  const forget = async (batchId: string) => {
    const answer = await run('history.remove', { batchIds: [batchId] })
    if (answer !== null) await read()
  }
  return { entries, keepReceipt, forget }
}

function endedBatches(batches: ReadonlyMap<string, BatchRow>): number {
  const hasEnded = ({ totals, scanning }: BatchRow) =>
    !scanning && countOf(totals, isFinished) === totals.files
  return [...batches.values()].filter(hasEnded).length
}
