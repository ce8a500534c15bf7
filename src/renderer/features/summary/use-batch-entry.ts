/** What the history knows of a batch; main writes it within a second after the batch finishes. */
import { useEffect, useState } from 'react'
import type { HistoryEntry } from '../../../shared/history.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { useQueue } from '../../store/queue-store.ts'

const untilSavedMs = 1_500

/** @returns null until it is known */
export function useBatchEntry(batchId: string): HistoryEntry | null {
  const { bridge } = useBridge()
  const [entry, setEntry] = useState<HistoryEntry | null>(null)
  const stored = useQueue((state) => state.batches.get(batchId)?.totals.counts.done)
  useEffect(() => {
    let isOver = false
    const read = () =>
      bridge.invoke('history.get', { batchId }).then(
        (answer) => !isOver && setEntry(answer.entry),
        // The card says the rest without it.
        () => undefined,
      )
    // Both: it may be there already, and it may be an older one.
    if (stored !== undefined) void read()
    const timer = setTimeout(() => void read(), untilSavedMs)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [bridge, batchId, stored])
  return entry
}
