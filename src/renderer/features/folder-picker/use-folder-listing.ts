/** The folder that the picker shows, read from the computer that runs PhotoFerry. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { FolderListing } from '../../../shared/answers.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { failureText } from '../../store/alert-store.ts'

interface FolderView {
  /** Null until the first answer. */
  readonly listing: FolderListing | null
  /** Why the last requested folder could not be shown. */
  readonly error: string | null
  readonly loading: boolean
  /** Shows another folder; null for the home folder. */
  readonly go: (path: string | null) => void
}

export function useFolderListing(): FolderView {
  const { bridge } = useBridge()
  const [listing, setListing] = useState<FolderListing | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [loading, setLoading] = useState(true)
  const lastAsked = useRef(0)

  const go = useCallback(
    (path: string | null) => {
      lastAsked.current += 1
      const asked = lastAsked.current
      const isNewest = () => asked === lastAsked.current
      setLoading(true)
      bridge
        .invoke('folders.list', { path })
        .then(
          (answer) => {
            if (!isNewest()) return
            setListing(answer)
            setError(null)
          },
          (thrown: unknown) => isNewest() && setError(failureText(thrown)),
        )
        .finally(() => isNewest() && setLoading(false))
    },
    [bridge],
  )
  useEffect(() => go(null), [go])
  return { listing, error, loading, go }
}
