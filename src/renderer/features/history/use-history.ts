/** The history of finished batches, read from main, and the actions on an entry. */
import { useCallback, useEffect, useState } from 'react'
import type { CertificateEntry } from '../../../shared/cards.ts'
import type { BatchRow } from '../../../shared/feed.ts'
import type { HistoryEntry, ReceiptFormat } from '../../../shared/history.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useQueue } from '../../store/queue-store.ts'
import { outcomeOfBatch } from '../../store/status-groups.ts'
import { useSaveReceipt } from './use-save-receipt.ts'

/** Main saves an entry about a second after its batch finishes; nothing tells of it. */
const untilSavedMs = 1_500

interface History {
  /** Newest first; null until they have been read. */
  readonly entries: readonly HistoryEntry[] | null
  /** Newest first. */
  readonly certificates: readonly CertificateEntry[]
  readonly saveReceipt: (batchId: string, format: ReceiptFormat) => Promise<void>
  readonly remove: (batchId: string) => Promise<void>
}

export function useHistory(): History {
  const run = useCommand()
  const saveReceipt = useSaveReceipt()
  const [entries, setEntries] = useState<readonly HistoryEntry[] | null>(null)
  const [certificates, setCertificates] = useState<readonly CertificateEntry[]>([])

  const read = useCallback(async () => {
    const answer = await run('history.list', {})
    setEntries(answer?.entries ?? [])
    setCertificates(answer?.certificates ?? [])
  }, [run])
  const finished = useQueue((state) => countFinished(state.batches))
  useEffect(() => {
    if (finished >= 0) void read()
  }, [read, finished])
  const lacksOne = useQueue(({ batches }) => entries !== null && lacksEntry(batches, entries))
  useEffect(() => {
    if (!lacksOne) return
    const timer = setInterval(() => void read(), untilSavedMs)
    return () => clearInterval(timer)
  }, [read, lacksOne])

  const remove = async (batchId: string) => {
    const answer = await run('history.remove', { batchIds: [batchId] })
    if (answer !== null) await read()
  }
  return { entries, certificates, saveReceipt, remove }
}

function finishedIn(batches: ReadonlyMap<string, BatchRow>): readonly BatchRow[] {
  return [...batches.values()].filter((batch) => outcomeOfBatch(batch).level !== 'in-progress')
}

function countFinished(batches: ReadonlyMap<string, BatchRow>): number {
  return finishedIn(batches).length
}

/** Whether a finished batch of the list is not in the history: its entry is still to be saved, or was deleted. */
function lacksEntry(batches: ReadonlyMap<string, BatchRow>, entries: readonly HistoryEntry[]): boolean {
  const saved = new Set(entries.map(({ batchId }) => batchId))
  return finishedIn(batches).some(({ id }) => !saved.has(id))
}
