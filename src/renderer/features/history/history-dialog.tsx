/** The history: all finished batches, newest first, each with its receipt. */
import { Button, Loader, TextInput } from '@mantine/core'
import { IconHistory, IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import type { CertificateEntry } from '../../../shared/cards.ts'
import type { HistoryEntry } from '../../../shared/history.ts'
import { useText } from '../../text/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { CertificateItem } from './certificate-item.tsx'
import styles from './history.module.css'
import { HistoryItem } from './history-item.tsx'
import { matchesSearch } from './history-text.ts'
import { useHistory } from './use-history.ts'

/** After some years there are thousands of entries; rendering all of them would be slow. */
const shownAtOnce = 50

export function HistoryDialog() {
  const t = useText()
  return (
    <Dialog name="history" title={t('history.title')} size="wide">
      <History />
    </Dialog>
  )
}

function History() {
  const t = useText()
  const { entries, certificates, saveReceipt, remove } = useHistory()
  const [search, setSearch] = useState('')
  const [shown, setShown] = useState(shownAtOnce)
  if (entries === null) return <Waiting />
  if (entries.length + certificates.length === 0) return <Nothing />
  const found = newestFirst(entries, certificates).filter((entry) => matchesSearch(entry, search.trim()))
  return (
    <div className={styles.history}>
      <p className={styles.lead}>{t('history.lead')}</p>
      <TextInput
        type="search"
        aria-label={t('history.search')}
        placeholder={t('history.search')}
        leftSection={<IconSearch size={16} />}
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
        data-autofocus
      />
      <ul className={styles.list} aria-label={t('history.title')}>
        {found
          .slice(0, shown)
          .map((entry) =>
            'batchId' in entry ? (
              <HistoryItem
                key={entry.batchId}
                entry={entry}
                onReceipt={(format) => void saveReceipt(entry.batchId, format)}
                onDelete={() => void remove(entry.batchId)}
              />
            ) : (
              <CertificateItem
                key={entry.id}
                entry={entry}
                onSave={(format) => void saveReceipt(entry.id, format)}
              />
            ),
          )}
      </ul>
      <p className={styles.lead} role="status">
        {found.length === 0 && t('history.none')}
      </p>
      {found.length > shown && (
        <Button variant="default" className={styles.more} onClick={() => setShown(shown + shownAtOnce)}>
          {t('history.showMore')}
        </Button>
      )}
    </div>
  )
}

function newestFirst(
  entries: readonly HistoryEntry[],
  certificates: readonly CertificateEntry[],
): readonly (HistoryEntry | CertificateEntry)[] {
  const timeOf = (entry: HistoryEntry | CertificateEntry) =>
    'batchId' in entry ? entry.finishedAtMs : entry.checkedAtMs
  return [...entries, ...certificates].sort((one, other) => timeOf(other) - timeOf(one))
}

function Waiting() {
  const t = useText()
  return (
    <div className={styles.nothing}>
      <Loader type="dots" />
      <span className={styles.lead}>{t('history.loading')}</span>
    </div>
  )
}

function Nothing() {
  const t = useText()
  return (
    <div className={styles.nothing}>
      <IconHistory size={48} stroke={1.2} className={styles.icon} aria-hidden="true" />
      <strong>{t('history.empty')}</strong>
      <span className={styles.lead}>{t('history.emptyLead')}</span>
    </div>
  )
}
