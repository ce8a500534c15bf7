/** Above the list: where the files go, whether the card may be formatted, what to do; once all is over as a card with the result and its receipt. */

import { IconShieldCheck } from '@tabler/icons-react'
import { useIsOnline } from '../../store/connection-store.ts'
import { serverPlace } from '../../text/server-name.ts'
import { useText } from '../../text/use-text.ts'
import { nextStepText } from '../../text/verdict-text.ts'
import { LevelIcon } from '../../ui/level-icon.tsx'
import { ResultCard } from './result-card.tsx'
import styles from './summary.module.css'
import { useFormatText } from './use-format-text.ts'
import { type Summary, useSummary } from './use-summary.ts'

export function BatchSummary() {
  const summary = useSummary()
  if (summary === null || summary.outcome.dropped === 0) return null
  const { batch, outcome } = summary
  if (batch !== null && outcome.level !== 'in-progress') {
    return <ResultCard key={batch.id} batch={batch} outcome={outcome} server={summary.servers[0]} />
  }
  return <SummaryLine summary={summary} />
}

function SummaryLine({ summary }: { readonly summary: Summary }) {
  const t = useText()
  const online = useIsOnline()
  const { batch, outcome, unfinished, holdups, servers } = summary
  const isPreviews = batch !== null && batch.previewsOf !== null
  const { level } = outcome
  const to = servers.map((server) => serverPlace(server, t)).join(', ')
  return (
    <p className={styles.line}>
      {level === 'all-stored' ? (
        <IconShieldCheck size={15} data-tone="good" aria-hidden="true" />
      ) : (
        <LevelIcon level={level} size={15} />
      )}
      {to !== '' && <bdi className={styles.to}>{t('summary.to', { server: to })}</bdi>}
      <span className={styles.format}>{useFormatText(outcome, unfinished, isPreviews)}</span>
      {/* While PhotoFerry can't be reached, the message above says what to do. */}
      {level === 'in-progress' && online && <span>{nextStepText(holdups)}</span>}
    </p>
  )
}
