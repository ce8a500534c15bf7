/** Files that a page announced and never sent, for each batch, until somebody has read it: the only copies are where they were. */
import { Button } from '@mantine/core'
import type { NeverArrived } from '../../../shared/batch.ts'
import type { BatchRow } from '../../../shared/feed.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useQueue } from '../../store/queue-store.ts'
import { showBatch } from '../../store/view-store.ts'
import { batchName } from '../../text/batch-name.ts'
import { useText } from '../../text/use-text.ts'
import { Message } from '../../ui/message.tsx'
import styles from './intake.module.css'
import { useDrops } from './page-drops.ts'

export function MissingFiles() {
  const batches = useQueue((state) => state.batches)
  const failed = useDrops((drops) => drops.failed)
  // This page has a message of its own for what it could not send, with a button to retry.
  const shownHere = new Set(failed.map(({ error }) => error.batchId))
  return [...batches.values()].map((batch) =>
    batch.neverArrived === null || shownHere.has(batch.id) ? null : (
      <MissingOfBatch key={batch.id} batch={batch} missing={batch.neverArrived} />
    ),
  )
}

interface MissingProps {
  readonly batch: BatchRow
  readonly missing: NeverArrived
}

function MissingOfBatch({ batch, missing }: MissingProps) {
  const t = useText()
  const run = useCommand()
  const { files: count, names, why } = missing
  const unnamed = count - names.length
  return (
    <Message
      kind="error"
      text={t(`missing.${why}`, { count, name: batchName(batch.name) })}
      onDismiss={() => void run('batches.dismissMissing', { batchIds: [batch.id] })}
    >
      {t('missing.lead')}
      <ul className={styles.failures}>
        {names.map((name) => (
          <li key={name}>
            <bdi className={styles.failureName}>{name}</bdi>
          </li>
        ))}
        {names.length > 0 && unnamed > 0 && <li>{t('pageUpload.andMore', { more: unnamed })}</li>}
      </ul>
      <Button
        className={styles.failureActions}
        size="xs"
        variant="default"
        onClick={() => showBatch(batch.id)}
      >
        {t('missing.show')}
      </Button>
    </Message>
  )
}
