/** Live regions for screen readers: results of the queue, at most every few seconds, and results of single actions. */
import { useEffect, useState } from 'react'
import { useAnnouncement } from '../../store/announcement-store.ts'
import { queueStore } from '../../store/queue-store.ts'
import { joinSentences } from '../../text/error-text.ts'
import { announcements, type QueueSummary } from './announcements.ts'

const everyMs = 4_000

function summary(): QueueSummary | null {
  const { batches, overview, listing } = queueStore.getState()
  return overview === null || listing ? null : { batches, failed: overview.totals.counts.failed }
}

export function Announcer() {
  const [text, setText] = useState('')
  useEffect(() => {
    let before = summary()
    const timer = setInterval(() => {
      const now = summary()
      const sentences = before === null || now === null ? [] : announcements(before, now)
      if (sentences.length > 0) setText(joinSentences(...sentences))
      before = now
    }, everyMs)
    return () => clearInterval(timer)
  }, [])
  const announcement = useAnnouncement((state) => state.text)
  return (
    <>
      <output className="pf-sr-only" aria-live="polite">
        {text}
      </output>
      <output className="pf-sr-only" aria-live="polite">
        {announcement}
      </output>
    </>
  )
}
