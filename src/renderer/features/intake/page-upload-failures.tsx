/** Browser mode: files of a drop that did not reach PhotoFerry, each with its reason, and a button to try again. */
import { Button } from '@mantine/core'
import { useText } from '../../text/use-text.ts'
import { Message } from '../../ui/message.tsx'
import styles from './intake.module.css'
import { dismissFailedDrop, type FailedDrop, tryDropAgain, useDrops } from './page-drops.ts'

/** More names than this help nobody, and ten thousand would freeze the window. */
const mostNames = 100

export function FailedDrops() {
  const failed = useDrops((drops) => drops.failed)
  return failed.map((drop) => <FailedDropAlert key={drop.id} drop={drop} />)
}

function FailedDropAlert({ drop }: { readonly drop: FailedDrop }) {
  const t = useText()
  const { failures } = drop.incomplete
  return (
    <Message
      kind="error"
      words={t('handOver.failed', { count: failures.length })}
      onDismiss={() => dismissFailedDrop(drop.id)}
    >
      {t('handOver.failedLead')}
      <ul className={styles.failures}>
        {failures.slice(0, mostNames).map(({ relativePath, reason }) => (
          <li key={relativePath}>
            <bdi className={styles.failureName}>{relativePath}</bdi>: {reason}
          </li>
        ))}
        {failures.length > mostNames && (
          <li>{t('handOver.andMore', { more: failures.length - mostNames })}</li>
        )}
      </ul>
      <Button
        className={styles.failureActions}
        size="xs"
        variant="default"
        onClick={() => tryDropAgain(drop)}
      >
        {t('handOver.tryAgain')}
      </Button>
    </Message>
  )
}
