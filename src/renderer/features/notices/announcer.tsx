/** A live region that tells screen readers results, politely and at most every few seconds. */
import { useEffect, useState } from 'react'
import { useSpoken } from '../../store/announcement-store.ts'
import { queueStore } from '../../store/queue-store.ts'
import { joinSentences } from '../../text/error-text.ts'
import { announcements, type Glance } from './announcements.ts'

const everyMs = 4_000

function glance(): Glance | null {
  const { batches, overview, listing } = queueStore.getState()
  return overview === null || listing ? null : { batches, failed: overview.totals.counts.failed }
}

export function Announcer() {
  const [words, setWords] = useState('')
  useEffect(() => {
    let before = glance()
    const timer = setInterval(() => {
      const now = glance()
      const sentences = before === null || now === null ? [] : announcements(before, now)
      if (sentences.length > 0) setWords(joinSentences(...sentences))
      before = now
    }, everyMs)
    return () => clearInterval(timer)
  }, [])
  const spoken = useSpoken((state) => state.words)
  return (
    <>
      <output className="pf-sr-only" aria-live="polite">
        {words}
      </output>
      <output className="pf-sr-only" aria-live="polite">
        {spoken}
      </output>
    </>
  )
}
