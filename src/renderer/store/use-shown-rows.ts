/** The rows that the window shows, updated no more often than the eye can follow. */
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { followsProgress, followsStatus, type ListQuery, type Shown, shownOf } from './list-query.ts'
import { useQueue } from './queue-store.ts'
import { useShownBatch } from './use-shown-batch.ts'
import { useView } from './view-store.ts'

/** How often a list sorted by progress or speed is sorted again: rows that jump about cannot be read. */
const progressEveryMs = 1_500
/** From this many files on, sorting and filtering them at every event of the feed would block the page. */
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

const noneOpen: ReadonlySet<string> = new Set()

/** `version` changes whenever the rows may have changed. In the grid every set is closed. */
export function useShownRows(): { readonly shown: Shown; readonly version: number } {
  const query = useListQuery()
  const table = useQueue((state) => state.table)
  const exact = useQueue((state) => (followsStatus(query) ? state.statusVersion : state.memberVersion))
  const open = useView(({ layout, openSets }) => (layout === 'list' ? openSets : noneOpen))
  const isPlain =
    query.sort.column === 'queue' && !followsStatus(query) && query.search === '' && !table.mayHaveSets
  const everyMs = followsProgress(query)
    ? progressEveryMs
    : isPlain || table.size < manyFiles
      ? 0
      : manyEveryMs
  const tick = useTicks(followsProgress(query) ? progressEveryMs : 0)
  const throttled = useThrottled(exact, everyMs)
  const version = throttled + tick
  return useMemo(() => {
    // The table is changed in place, so only the version shows that its contents changed.
    void version
    return { shown: shownOf(table, query, open), version }
  }, [table, query, version, open])
}

/** The value, updated at most once every so many ms; 0 for at once. */
function useThrottled(value: number, everyMs: number): number {
  const [throttled, setThrottled] = useState(value)
  const latest = useRef(value)
  latest.current = value
  const isBehind = everyMs > 0 && value !== throttled
  useEffect(() => {
    if (!isBehind) return
    const timer = setTimeout(() => setThrottled(latest.current), everyMs)
    return () => clearTimeout(timer)
  }, [isBehind, everyMs])
  return everyMs === 0 ? value : throttled
}

/** A number that rises every so many ms; 0 for never. */
function useTicks(everyMs: number): number {
  const [ticks, setTicks] = useState(0)
  useEffect(() => {
    if (everyMs === 0) return
    const timer = setInterval(() => setTicks((count) => count + 1), everyMs)
    return () => clearInterval(timer)
  }, [everyMs])
  return ticks
}
