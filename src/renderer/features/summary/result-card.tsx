/** The result of a finished batch: what is stored and what is not, time and savings; its receipt, a link to it, a look at the server. */
import { ActionIcon, Button, Menu } from '@mantine/core'
import {
  IconChevronDown,
  IconExternalLink,
  IconLink,
  IconReceipt,
  IconRefresh,
  IconShieldCheck,
} from '@tabler/icons-react'
import type { BatchRow, ServerState } from '../../../shared/feed.ts'
import type { Outcome } from '../../../shared/outcome.ts'
import { useIsOnline } from '../../store/connection-store.ts'
import { openDialog } from '../../store/view-store.ts'
import { formatBytes } from '../../text/format.ts'
import { outcomeText } from '../../text/outcome-text.ts'
import { serverPlace } from '../../text/server-name.ts'
import { type Translate, useText } from '../../text/use-text.ts'
import { LevelIcon } from '../../ui/level-icon.tsx'
import { durationText } from '../history/history-text.ts'
import { ReceiptFormats } from '../history/receipt-formats.tsx'
import { useSaveReceipt } from '../history/use-save-receipt.ts'
import styles from './summary.module.css'
import { useBatchEntry } from './use-batch-entry.ts'
import { useBatchLink } from './use-batch-link.ts'
import { useFormatText } from './use-format-text.ts'

interface ResultCardProps {
  readonly batch: BatchRow
  readonly outcome: Outcome
  /** The batch's. */
  readonly server: ServerState | undefined
}

export function ResultCard({ batch, outcome, server }: ResultCardProps) {
  const t = useText()
  const { level } = outcome
  return (
    <section className={styles.card} data-level={level} aria-label={t('summary.region')}>
      {level === 'all-stored' ? (
        <IconShieldCheck size={26} stroke={1.7} data-tone="good" aria-hidden="true" />
      ) : (
        <LevelIcon level={level} size={24} />
      )}
      <div className={styles.text}>
        <strong className={styles.verdict}>
          {level === 'all-stored' ? allStoredText(batch, outcome, t) : outcomeText(outcome)}
        </strong>
        <span className={styles.facts}>
          {server !== undefined && <bdi>{t('summary.to', { server: serverPlace(server, t) })}</bdi>}
          <span className={styles.took}>{useFacts(batch).map((fact) => ` · ${fact}`)}</span>
        </span>{' '}
        <span className={styles.format}>{useFormatText(outcome, {}, batch.previewsOf !== null)}</span>
      </div>
      <Actions batchId={batch.id} failed={outcome.notSent.failed} stored={outcome.stored} />
    </section>
  )
}

function allStoredText({ previewsOf }: BatchRow, { stored: count, copies }: Outcome, t: Translate): string {
  if (previewsOf !== null) return t('summary.allPreviews', { count })
  return copies === 0 ? t('summary.allStored', { count }) : t('summary.allCopies', { count, copies })
}

/** How much and how fast it was, and what the conversion saved; only what is known. */
function useFacts({ id, totals }: BatchRow): string[] {
  const t = useText()
  const entry = useBatchEntry(id, totals.counts.done)
  const { bytesSaved } = totals
  return [
    entry === null
      ? ''
      : t('history.took', { bytes: formatBytes(entry.bytes), duration: durationText(entry.activeMs) }),
    bytesSaved > 0 ? t('statusBar.saved', { amount: formatBytes(bytesSaved) }) : '',
  ].filter((fact) => fact !== '')
}

interface ActionsProps {
  readonly batchId: string
  readonly failed: number
  readonly stored: number
}

function Actions({ batchId, failed, stored }: ActionsProps) {
  const t = useText()
  const online = useIsOnline()
  const { copy, show } = useBatchLink(batchId)
  return (
    <div className={styles.actions}>
      {failed > 0 && (
        <Button
          size="xs"
          leftSection={<IconRefresh size={16} />}
          disabled={!online}
          onClick={() => openDialog('failures')}
        >
          {t('summary.retry')}
        </Button>
      )}
      <SaveReceipt batchId={batchId} isFirst={failed === 0} />
      {stored > 0 && (
        <>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconLink size={16} />}
            disabled={!online}
            onClick={() => void copy()}
          >
            {t('summary.copyLink')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconExternalLink size={16} />}
            disabled={!online}
            onClick={() => void show()}
          >
            {t('summary.show')}
          </Button>
        </>
      )}
    </div>
  )
}

/** @param isFirst whether it is what to do next */
function SaveReceipt({ batchId, isFirst }: { readonly batchId: string; readonly isFirst: boolean }) {
  const t = useText()
  const online = useIsOnline()
  const save = useSaveReceipt()
  const variant = isFirst ? 'filled' : 'default'
  return (
    <Button.Group>
      <Button
        size="xs"
        variant={variant}
        leftSection={<IconReceipt size={16} />}
        disabled={!online}
        onClick={() => void save(batchId, 'csv')}
      >
        {t('summary.saveReceipt')}
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            className={styles.formats}
            size={30}
            variant={variant}
            disabled={!online}
            aria-label={t('summary.otherFormats')}
            title={t('summary.otherFormats')}
          >
            <IconChevronDown size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <ReceiptFormats onSelect={(format) => void save(batchId, format)} />
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  )
}
