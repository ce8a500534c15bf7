/** What the history knows of a batch; main writes it within a second after the batch finishes. */
import { useEffect, useState } from 'react'
import type { HistoryEntry } from '../../../shared/history.ts'
import { useBridge } from '../../bridge/use-bridge.ts'

/** The entry is asked for so often that a busy computer has written it by then. */
const tries = 8
const betweenTriesMs = 750

/**
 * @param stored how many files of the batch are stored now
 * @returns null until an entry is there that counts as many: one of before a retry is not shown
 */
export function useBatchEntry(batchId: string, stored: number): HistoryEntry | null {
  const { bridge } = useBridge()
  const [entry, setEntry] = useState<HistoryEntry | null>(null)
  const isCurrent = entry?.counts.done === stored
  useEffect(() => {
    if (isCurrent) return
    let isOver = false
    let timer: ReturnType<typeof setTimeout> | undefined
    const read = async (left: number) => {
      // The card says the rest without it.
      const answer = await bridge.invoke('history.get', { batchId }).catch(() => null)
      if (isOver) return
      if (answer !== null && answer.entry?.counts.done === stored) setEntry(answer.entry)
      else if (left > 1) timer = setTimeout(() => void read(left - 1), betweenTriesMs)
    }
    void read(tries)
    return () => {
      isOver = true
      clearTimeout(timer)
    }
  }, [bridge, batchId, stored, isCurrent])
  return isCurrent ? entry : null
}
