/** What main knows of one file: sizes, places, digests, attempts. */
import type { ItemDetails } from '../../../shared/details.ts'
import type { ItemRow } from '../../../shared/feed.ts'
import { bundledServerId } from '../../../shared/servers.ts'
import { errorWords } from '../../text/error-text.ts'
import { formatBytes, formatClock, formatMoment, formatPercent } from '../../text/format.ts'
import { skipWords } from '../../text/skip-rule-text.ts'
import { useText, type Words } from '../../text/use-text.ts'
import { keptWords } from '../file-status/row-text.ts'
import styles from './detail.module.css'
import { Fact, Facts } from './fact-list.tsx'
import { PhotoSection } from './photo-section.tsx'
import { useDetails } from './use-item-details.ts'

export function FileDetails({ row }: { readonly row: ItemRow }) {
  const t = useText()
  const details = useDetails(row.id)
  return (
    <>
      <PhotoSection row={row} />
      <Facts title={t('detail.file')}>
        <Fact term={t('detail.original')} value={details && formatBytes(details.originalSize)} />
        <Fact term={t('detail.sent')} value={details && sentAs(details, t)} />
        <Fact term={t('detail.preset')} value={details?.preset?.name ?? null} />
        <Fact
          term={t('detail.path')}
          value={details?.sourcePath ?? row.relativePath}
          copies={details !== null}
        />
        <Fact term={t('detail.modified')} value={details && formatMoment(details.mtimeMs)} />
        <Fact term={t('detail.added')} value={details?.addedAtMs ? formatMoment(details.addedAtMs) : null} />
      </Facts>
      {details !== null && <AtServer details={details} />}
      {details !== null && details.failedAttempts.length > 0 && <Attempts details={details} />}
    </>
  )
}

function sentAs({ note, size }: ItemDetails, t: Words): string {
  if (note?.kind === 'original-kept') return keptWords(note) || t('detail.asItIs')
  if (note?.kind === 'skipped') return t('row.skipped', { rule: skipWords(note.reason) })
  if (note?.kind !== 'converted') return t('detail.asItIs')
  const share = Math.max(0, Math.round(100 - (100 * size) / Math.max(1, note.originalSize)))
  return t('detail.copy', { size: formatBytes(size), share: formatPercent(share) })
}

function AtServer({ details }: { readonly details: ItemDetails }) {
  const t = useText()
  const { confirmed, md5, server, acknowledgedBytes, sentBytes, state, startedAtMs } = details
  const storedAtMs = confirmed?.storedAtMs ?? confirmed?.confirmedAtMs ?? null
  const isBegun = startedAtMs !== null && confirmed === null && state.status !== 'queued'
  return (
    <Facts title={t('detail.server')}>
      <Fact term={t('detail.server')} value={serverWords(server, t)} />
      <Fact term={t('detail.started')} value={startedAtMs === null ? null : formatMoment(startedAtMs)} />
      <Fact term={t('detail.stored')} value={storedAtMs === null ? null : formatMoment(storedAtMs)} />
      <Fact term={t('detail.acknowledged')} value={isBegun ? formatBytes(acknowledgedBytes) : null} />
      <Fact term={t('detail.onTheNetwork')} value={sentBytes > 0 ? formatBytes(sentBytes) : null} />
      <Fact term={t('detail.md5')} value={confirmed?.md5 ?? md5} copies mono />
      <Fact
        term={t('detail.verified')}
        value={confirmed !== null && md5 === confirmed.md5 ? t('detail.digestsAgree') : null}
      />
      <Fact term={t('detail.url')} value={confirmed?.url ?? null} copies mono />
    </Facts>
  )
}

function serverWords({ id, name, url }: ItemDetails['server'], t: Words): string {
  return id === bundledServerId ? t('detail.thisComputer') : name || hostOf(url)
}

const hostOf = (url: string | null) => (url !== null && URL.canParse(url) ? new URL(url).host : '')

function Attempts({ details }: { readonly details: ItemDetails }) {
  const t = useText()
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t('detail.attempts')}</h3>
      <ol className={styles.attempts}>
        {details.failedAttempts.map(({ atMs, error }) => (
          <li key={`${atMs} ${error.code}`}>
            <time dateTime={new Date(atMs).toISOString()}>{formatClock(atMs)}</time> {errorWords(error)}
          </li>
        ))}
      </ol>
    </section>
  )
}
