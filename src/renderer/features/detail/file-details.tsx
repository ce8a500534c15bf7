/** The details of one file: sizes, dates, server, digest, failed attempts. */
import type { ItemDetails } from '../../../shared/details.ts'
import type { ItemRow } from '../../../shared/feed.ts'
import { bundledServerId } from '../../../shared/servers.ts'
import { storedName } from '../../../shared/stored-name.ts'
import { errorText } from '../../text/error-text.ts'
import { formatBytes, formatClock, formatMoment, formatPercent } from '../../text/format.ts'
import { namedPreset } from '../../text/preset-name.ts'
import { serverName } from '../../text/server-name.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { keptOriginalText } from '../file-status/row-text.ts'
import styles from './detail.module.css'
import { Fact, Facts } from './fact-list.tsx'
import { PhotoSection } from './photo-section.tsx'
import { useItemDetails } from './use-item-details.ts'

export function FileDetails({ row }: { readonly row: ItemRow }) {
  const t = useText()
  const details = useItemDetails(row.id)
  return (
    <>
      <PhotoSection row={row} />
      <Facts title={t('detail.file')}>
        <Fact term={t('detail.original')} value={details && formatBytes(details.originalSize)} />
        <Fact term={t('detail.uploaded')} value={details && uploadedText(details, t)} />
        <Fact term={t('detail.preset')} value={details?.preset ? namedPreset(details.preset, t) : null} />
        <Fact
          term={t('detail.path')}
          value={details?.sourcePath || row.relativePath}
          copies={details !== null}
        />
        <Fact term={t('detail.modified')} value={details && formatMoment(details.mtimeMs)} />
        <Fact term={t('detail.added')} value={details?.addedAtMs ? formatMoment(details.addedAtMs) : null} />
      </Facts>
      {details !== null && <ServerFacts details={details} />}
      {details !== null && details.failedAttempts.length > 0 && <Attempts details={details} />}
    </>
  )
}

/** What of the file was or will be uploaded: its original, or a smaller copy. */
function uploadedText({ note, size, state }: ItemDetails, t: Translate): string {
  if (state.status === 'skipped') return t('status.skipped')
  if (note?.kind === 'original-kept') return keptOriginalText(note) || t('detail.unchanged')
  if (note?.kind !== 'converted') return t('detail.unchanged')
  const share = Math.max(0, Math.round(100 - (100 * size) / Math.max(1, note.originalSize)))
  return t('detail.copy', { size: formatBytes(size), share: formatPercent(share) })
}

function ServerFacts({ details }: { readonly details: ItemDetails }) {
  const t = useText()
  const { confirmed, md5, sha256, server, acknowledgedBytes, sentBytes, state, startedAtMs } = details
  const storedAtMs = confirmed?.storedAtMs ?? confirmed?.confirmedAtMs ?? null
  const name = confirmed === null ? null : storedName(details.relativePath, confirmed.url)
  const isInProgress = startedAtMs !== null && confirmed === null && state.status !== 'queued'
  return (
    <Facts title={t('detail.server')}>
      <Fact
        term={t('detail.server')}
        value={server.id === bundledServerId ? t('servers.bundled') : serverName(server)}
      />
      <Fact term={t('detail.started')} value={startedAtMs === null ? null : formatMoment(startedAtMs)} />
      <Fact term={t('detail.stored')} value={storedAtMs === null ? null : formatMoment(storedAtMs)} />
      <Fact term={t('detail.storedAs')} value={name && t('detail.storedAsWhy', { name })} />
      <Fact term={t('detail.acknowledged')} value={isInProgress ? formatBytes(acknowledgedBytes) : null} />
      <Fact term={t('detail.sent')} value={sentBytes > 0 ? formatBytes(sentBytes) : null} />
      <Fact term={t('detail.md5')} value={confirmed?.md5 ?? md5} copies mono />
      <Fact term={t('detail.sha256')} value={confirmed?.sha256 ?? sha256} copies mono />
      <Fact term={t('detail.verified')} value={verifiedText(details, t)} />
      <Fact
        term={t('detail.verifiedAt')}
        value={confirmed?.verifiedAtMs ? formatMoment(confirmed.verifiedAtMs) : null}
      />
      <Fact term={t('detail.url')} value={confirmed?.url ?? null} copies mono />
    </Facts>
  )
}

/** Which digests agree; null before the server confirmed any. */
function verifiedText({ confirmed, md5, sha256 }: ItemDetails, t: Translate): string | null {
  if (confirmed === null || md5 !== confirmed.md5) return null
  if (confirmed.sha256 === null) return t('detail.md5Agrees')
  return confirmed.sha256 === sha256 ? t('detail.digestsAgree') : null
}

function Attempts({ details }: { readonly details: ItemDetails }) {
  const t = useText()
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t('detail.attempts')}</h3>
      <ol className={styles.attempts}>
        {details.failedAttempts.map(({ atMs, error }) => (
          <li key={`${atMs} ${error.code}`}>
            <time dateTime={new Date(atMs).toISOString()}>{formatClock(atMs)}</time> {errorText(error)}
          </li>
        ))}
      </ol>
    </section>
  )
}
