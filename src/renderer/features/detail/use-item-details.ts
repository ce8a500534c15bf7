/** All that main knows of one file, asked for anew whenever its row says that something changed. */
import { useEffect, useState } from 'react'
import type { ItemDetails } from '../../../shared/details.ts'
import type { ItemRow } from '../../../shared/feed.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { useConnection } from '../../store/connection-store.ts'
import { useRow } from '../../store/queue-store.ts'

/** Keys that are held down pass over files: only where somebody stays, main is asked. */
const settleMs = 120
/** A file under way changes all the time. */
const againMs = 1_000

/** @returns null until they are there, and for a file that is gone */
export function useDetails(id: string): ItemDetails | null {
  const { bridge } = useBridge()
  const online = useConnection((connection) => connection.phase === 'online')
  const row = useRow(id)
  const [details, setDetails] = useState<ItemDetails | null>(null)
  const known = details?.id === id ? details : null
  const isSoon = known === null || isBehind(known, row)
  const version = row === undefined ? '' : `${row.state.status} ${row.attempts} ${row.acknowledgedBytes}`
  useEffect(() => {
    if (!online || version === '') return
    let isWanted = true
    const timer = setTimeout(
      () => {
        // A file that went meanwhile has no details, and no row that would show them.
        bridge.invoke('item.details', { itemId: id }).then(
          (answer) => isWanted && setDetails(answer),
          () => undefined,
        )
      },
      isSoon ? settleMs : againMs,
    )
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [bridge, online, id, version, isSoon])
  return known
}

const isBehind = (known: ItemDetails, row: ItemRow | undefined) =>
  row !== undefined && row.state.status !== known.state.status
