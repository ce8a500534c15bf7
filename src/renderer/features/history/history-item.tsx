/** One finished batch: when, to which server, what was stored and how fast, what failed, and its receipt. */

import { Button, Menu } from '@mantine/core'
import { IconChevronDown, IconReceipt } from '@tabler/icons-react'
import { useState } from 'react'
import type { NeverArrived } from '../../../shared/batch.ts'
import type { HistoryEntry, ReceiptFormat } from '../../../shared/history.ts'
import { outcomeOfEntry } from '../../../shared/outcome.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { batchName } from '../../text/batch-name.ts'
import { errorText } from '../../text/error-text.ts'
import { formatDate, formatTime } from '../../text/format.ts'
import { useText } from '../../text/use-text.ts'
import { LevelIcon } from '../../ui/level-icon.tsx'
import styles from './history.module.css'
import { factsOf, warningOf } from './history-text.ts'
import { ReceiptFormats } from './receipt-formats.tsx'

interface HistoryItemProps {
  readonly entry: HistoryEntry
  readonly onReceipt: (format: ReceiptFormat) => void
  readonly onDelete: () => void
}

export function HistoryItem({ entry, onReceipt, onDelete }: HistoryItemProps) {
  const t = useText()
  const { server, finishedAtMs, counts, failures, neverArrived } = entry
  const name = batchName(entry.name)
  const warning = warningOf(entry)
  const [asking, setAsking] = useState(false)
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        <div className={styles.text}>
          <span className={styles.title}>
            <LevelIcon level={outcomeOfEntry(entry).level} size={16} />
            <bdi className={styles.name}>{name}</bdi>
          </span>
          <span className={styles.soft}>
            <time dateTime={new Date(finishedAtMs).toISOString()}>
              {formatDate(finishedAtMs)} {formatTime(finishedAtMs)}
            </time>
            {' · '}
            {server.name === '' ? t('history.toThisComputer') : t('history.to', { server: server.name })}
          </span>
          <span className={styles.soft}>{factsOf(entry).join(' · ')}</span>
          {warning !== '' && <strong className={styles.warning}>{warning}</strong>}
        </div>
        <div className={styles.actions}>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                variant="default"
                size="xs"
                leftSection={<IconReceipt size={16} />}
                rightSection={<IconChevronDown size={14} />}
                aria-label={t('history.receiptOf', { name })}
              >
                {t('history.receipt')}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              <ReceiptFormats onSelect={onReceipt} />
            </Menu.Dropdown>
          </Menu>
          <Button
            variant="subtle"
            color="gray"
            size="xs"
            aria-label={t('history.deleteEntry', { name })}
            aria-expanded={asking}
            onClick={() => setAsking(!asking)}
          >
            {t('history.delete')}
          </Button>
        </div>
      </div>
      {asking && (
        <div className={styles.question} role="alert">
          <span>{t('history.deleteQuestion')}</span>
          <Button size="xs" color="red" onClick={onDelete}>
            {t('history.delete')}
          </Button>
          <Button size="xs" variant="default" onClick={() => setAsking(false)}>
            {t('history.deleteCancel')}
          </Button>
        </div>
      )}
      {failures.length > 0 && <Failures failures={failures} all={counts.failed} />}
      {neverArrived !== null && neverArrived.names.length > 0 && <Missing missing={neverArrived} />}
    </li>
  )
}

/** More names than this are for the receipt. */
const missingShown = 100

function Missing({ missing: { files, names } }: { readonly missing: NeverArrived }) {
  const t = useText()
  const shown = names.slice(0, missingShown)
  return (
    <details className={styles.failures}>
      <summary>{t('history.showMissing')}</summary>
      <ul>
        {shown.map((name) => (
          <li key={name}>
            <bdi className={styles.path}>{escapeControls(name)}</bdi>
          </li>
        ))}
        {files > shown.length && <li>{t('history.andMore', { more: files - shown.length })}</li>}
      </ul>
    </details>
  )
}

interface FailuresProps {
  readonly failures: HistoryEntry['failures']
  /** The count of all failures; the entry names only the first of them. */
  readonly all: number
}

function Failures({ failures, all }: FailuresProps) {
  const t = useText()
  return (
    <details className={styles.failures}>
      <summary>{t('history.showFailures')}</summary>
      <ul>
        {failures.map(({ relativePath, error }) => (
          <li key={relativePath}>
            <bdi className={styles.path}>{escapeControls(relativePath)}</bdi>: {errorText(error)}
          </li>
        ))}
        {all > failures.length && <li>{t('history.andMore', { more: all - failures.length })}</li>}
      </ul>
    </details>
  )
}
