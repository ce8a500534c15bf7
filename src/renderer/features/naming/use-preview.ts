/** What the first files would be called, as the person types. */
import { useEffect, useState } from 'react'
import type { Destination, DestinationPreview } from '../../../shared/destination.ts'
import { useCommand } from '../../bridge/use-bridge.ts'

/** Faster than anybody types. */
const pauseMs = 150

/** @returns null before the first answer */
export function usePreview(destination: Destination, batchId: string | null): DestinationPreview | null {
  const run = useCommand()
  const [preview, setPreview] = useState<DestinationPreview | null>(null)
  const wanted = JSON.stringify(destination)
  useEffect(() => {
    let isLate = false
    const ask = async () => {
      const answer = await run('destination.preview', {
        destination: JSON.parse(wanted) as Destination,
        batchId,
      })
      if (!isLate && answer !== null) setPreview(answer)
    }
    const timer = setTimeout(() => void ask(), pauseMs)
    return () => {
      isLate = true
      clearTimeout(timer)
    }
  }, [run, wanted, batchId])
  return preview
}
