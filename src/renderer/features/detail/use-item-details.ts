/** Main's details of one file, read again whenever its row shows that something changed. */
import { useEffect, useState } from 'react'
import type { ItemDetails } from '../../../shared/details.ts'
import type { ItemRow } from '../../../shared/feed.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { useIsOnline } from '../../store/connection-store.ts'
import { useRow } from '../../store/queue-store.ts'

/** A key that is held down skips files; only a file that stays current is asked for. */
const delayMs = 120
/** A file in progress changes all the time. */
const refreshMs = 1_000

/** @returns null until they arrive, and for a file that is no longer in the list */
export function useItemDetails(id: string): ItemDetails | null {
  const { bridge } = useBridge()
  const online = useIsOnline()
  const row = useRow(id)
  const [details, setDetails] = useState<ItemDetails | null>(null)
  const known = details?.id === id ? details : null
  const isUrgent = known === null || isOutdated(known, row)
  const version = row === undefined ? '' : `${row.state.status} ${row.attempts} ${row.acknowledgedBytes}`
  useEffect(() => {
    if (!online || version === '') return
    let isWanted = true
    const timer = setTimeout(
      () => {
        // A file that was removed meanwhile has no details, and no row that would show them.
        bridge.invoke('item.details', { itemId: id }).then(
          (answer) => isWanted && setDetails(answer),
          () => undefined,
        )
      },
      isUrgent ? delayMs : refreshMs,
    )
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [bridge, online, id, version, isUrgent])
  return known
}

const isOutdated = (known: ItemDetails, row: ItemRow | undefined) =>
  row !== undefined && row.state.status !== known.state.status
