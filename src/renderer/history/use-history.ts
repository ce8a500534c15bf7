/** The finished batches as main remembers them, read when the history opens; and what can be done with one. */
import { useCallback, useEffect, useState } from 'react'
import type { BatchRow } from '../../shared/feed.ts'
import type { HistoryEntry, ReceiptFile, ReceiptFormat } from '../../shared/history.ts'
import { isFinished } from '../../shared/upload.ts'
import { useBridge, useCommand } from '../bridge/use-bridge.ts'
import { showAlert } from '../store/alert-store.ts'
import { useQueue } from '../store/queue-store.ts'
import { countOf } from '../store/status-groups.ts'
import { t } from '../text/text.ts'

const untilWrittenMs = 1_500

interface History {
  /** Newest first; null until they are read. */
  readonly entries: readonly HistoryEntry[] | null
  readonly keepReceipt: (batchId: string, format: ReceiptFormat) => Promise<void>
  readonly forget: (batchId: string) => Promise<void>
}

export function useHistory(): History {
  const run = useCommand()
  const { mode } = useBridge()
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
    if (mode === 'desktop') {
      const answer = await run('receipt.save', { batchId, format })
      if (answer !== null && answer.path !== null)
        showAlert('info', t('history.saved', { path: answer.path }))
      return
    }
    const receipt = await run('receipt.get', { batchId, format })
    if (receipt !== null) download(receipt, format)
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

const types: Readonly<Record<ReceiptFormat, string>> = { csv: 'text/csv', json: 'application/json' }

function download({ fileName, text }: ReceiptFile, format: ReceiptFormat): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${types[format]};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  // The browser has taken what it needs once the click is over.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
