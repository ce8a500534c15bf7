/** Browser mode: files of a drop that did not arrive, each with its reason, and a button to retry them. */

import { Button } from '@mantine/core'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useText } from '../../text/use-text.ts'
import { Message } from '../../ui/message.tsx'
import styles from './intake.module.css'
import { dismissFailedDrop, type FailedDrop, retryFailedDrop, useDrops } from './page-drops.ts'

/** Nobody reads more names than this, and ten thousand would freeze the window. */
const mostNames = 100

export function PageUploadFailures() {
  const failed = useDrops((drops) => drops.failed)
  return failed.map((drop) => <FailedDropMessage key={drop.id} drop={drop} />)
}

function FailedDropMessage({ drop }: { readonly drop: FailedDrop }) {
  const t = useText()
  const run = useCommand()
  const { failures, batchId } = drop.error
  const dismiss = () => {
    dismissFailedDrop(drop.id)
    if (batchId !== null) void run('batches.dismissMissing', { batchIds: [batchId] })
  }
  return (
    <Message kind="error" text={t('pageUpload.failed', { count: failures.length })} onDismiss={dismiss}>
      {t('pageUpload.failedLead')}
      <ul className={styles.failures}>
        {failures.slice(0, mostNames).map(({ relativePath, reason }) => (
          <li key={relativePath}>
            <bdi className={styles.failureName}>{escapeControls(relativePath)}</bdi>: {escapeControls(reason)}
          </li>
        ))}
        {failures.length > mostNames && (
          <li>{t('pageUpload.andMore', { more: failures.length - mostNames })}</li>
        )}
      </ul>
      <Button
        className={styles.failureActions}
        size="xs"
        variant="default"
        onClick={() => retryFailedDrop(drop)}
      >
        {t('pageUpload.tryAgain')}
      </Button>
    </Message>
  )
}
