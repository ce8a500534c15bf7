/** What is wrong with the default server and with those that files wait for, since when, and when they are tried again. */
import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import type { ServerState, ServerTrouble } from '../../../shared/feed.ts'
import { isFinished } from '../../../shared/upload.ts'
import { isPutOff, reopenQuestion, useQuestions } from '../../store/question-store.ts'
import { useQueue } from '../../store/queue-store.ts'
import { countOf } from '../../store/status-groups.ts'
import { errorText, joinSentences } from '../../text/error-text.ts'
import { formatTime } from '../../text/format.ts'
import { serverName } from '../../text/server-name.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import styles from './status-bar.module.css'

/** One reset is over sooner; the list need not jump for it. The light shows it at once. */
const shownAfterMs = 1_500
const noServers: readonly ServerState[] = []

export function ServerTroubles() {
  const t = useText()
  const servers = useQueue((state) => state.overview?.servers ?? noServers)
  const questions = useQuestions()
  const batches = useQueue((state) => state.batches)
  const nowMs = useNow(servers.some(({ trouble }) => trouble !== null))
  const isAwaited = (serverId: string) =>
    [...batches.values()].some(
      (batch) => batch.serverId === serverId && countOf(batch.totals, isFinished) < batch.totals.files,
    )
  return servers.map((server, index) => {
    const { id, trouble } = server
    const isAsking = isPutOff(questions, server)
    const isOfInterest = index === 0 || isAwaited(id) || isAsking
    if (trouble === null || !isOfInterest || nowMs - trouble.sinceMs < shownAfterMs) return null
    return (
      <p key={id} className={styles.trouble}>
        {troubleText(server, trouble, nowMs, t)}
        {isAsking && (
          <Button
            className={styles.troubleQuestion}
            variant="default"
            size="compact-xs"
            onClick={() => reopenQuestion(id)}
          >
            {t('statusBar.trouble.question')}
          </Button>
        )}
      </p>
    )
  })
}

function troubleText(server: ServerState, trouble: ServerTrouble, nowMs: number, t: Translate): string {
  const { error, sinceMs, nextTryMs } = trouble
  const host = server.bundled ? t('statusBar.server.bundled') : serverName(server)
  const reason = errorText(error)
  const seconds = nextTryMs === null ? 0 : Math.ceil((nextTryMs - nowMs) / 1000)
  const since = formatTime(sinceMs)
  return joinSentences(
    host === '' ? reason : t('statusBar.trouble.reason', { host, reason }),
    seconds > 0
      ? t('statusBar.trouble.nextTry', { since, seconds })
      : t('statusBar.trouble.trying', { since }),
  )
}

/** The time, every half second while it is needed; ms since 1970. */
function useNow(needed: boolean): number {
  const [nowMs, setNowMs] = useState(Date.now)
  useEffect(() => {
    if (!needed) return
    const timer = setInterval(() => setNowMs(Date.now()), 500)
    return () => clearInterval(timer)
  }, [needed])
  return nowMs
}
