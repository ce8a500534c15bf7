/** The files that the window shows now, by what the person chose; no more often anew than eyes can follow. */
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { followsProgress, followsStatus, idsOf, type ListQuery } from './list-query.ts'
import { useQueue } from './queue-store.ts'
import { useShownBatch } from './use-shown-batch.ts'
import { useView } from './view-store.ts'

/** Sorting by what changes all the time is done anew this often: rows that jump about cannot be read. */
const progressEveryMs = 1_500
/** From so many files on, sorting and filtering them at every event of the feed would take the page's time. */
const manyFiles = 20_000
const manyEveryMs = 400

function useListQuery(): ListQuery {
  const batchId = useShownBatch()
  const status = useView((view) => view.filter)
  const kind = useView((view) => view.kind)
  const reason = useView((view) => view.reason)
  const only = useView((view) => view.restart?.ids ?? null)
  const sort = useView((view) => view.sort)
  const search = useDeferredValue(useView((view) => view.search))
  return useMemo(
    () => ({ batchId, status, kind, reason, only, search, sort }),
    [batchId, status, kind, reason, only, search, sort],
  )
}

/** Ids in the order in which they are shown; `version` changes whenever they may have changed. */
export function useShownIds(): { readonly ids: readonly string[]; readonly version: number } {
  const query = useListQuery()
  const table = useQueue((state) => state.table)
  const exact = useQueue((state) => (followsStatus(query) ? state.statusVersion : state.memberVersion))
  const isPlain = query.sort.column === 'queue' && !followsStatus(query) && query.search === ''
  const everyMs = followsProgress(query)
    ? progressEveryMs
    : isPlain || table.size < manyFiles
      ? 0
      : manyEveryMs
  const tick = useTicks(followsProgress(query) ? progressEveryMs : 0)
  const settled = useSettled(exact, everyMs)
  const version = settled + tick
  return useMemo(() => {
    // The version alone tells that the table, which is changed in place, holds something else now.
    void version
    return { ids: idsOf(table, query), version }
  }, [table, query, version])
}

/** The value, but no more often anew than every so many ms; 0 for at once. */
function useSettled(value: number, everyMs: number): number {
  const [settled, setSettled] = useState(value)
  const latest = useRef(value)
  latest.current = value
  const isBehind = everyMs > 0 && value !== settled
  useEffect(() => {
    if (!isBehind) return
    const timer = setTimeout(() => setSettled(latest.current), everyMs)
    return () => clearTimeout(timer)
  }, [isBehind, everyMs])
  return everyMs === 0 ? value : settled
}

/** Rises every so many ms; 0 for never. */
function useTicks(everyMs: number): number {
  const [ticks, setTicks] = useState(0)
  useEffect(() => {
    if (everyMs === 0) return
    const timer = setInterval(() => setTicks((count) => count + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return ticks
}
