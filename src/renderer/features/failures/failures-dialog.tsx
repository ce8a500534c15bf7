/** Failed files by reason: what each reason means, what to do about it, and buttons to retry one group or all. */
import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMemo } from 'react'
import { type RunCommand, useCommand } from '../../bridge/use-bridge.ts'
import { useQueue } from '../../store/queue-store.ts'
import { closeDialog, showReason } from '../../store/view-store.ts'
import { errorText } from '../../text/error-text.ts'
import { useText } from '../../text/use-text.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { type FailureGroup, failureGroups } from './failure-groups.ts'
import styles from './failures.module.css'

export function FailuresDialog() {
  const t = useText()
  const failed = useQueue((state) => state.overview?.totals.counts.failed ?? 0)
  return (
    <Dialog name="failures" title={t('failures.title', { count: failed })}>
      <Groups />
    </Dialog>
  )
}

function Groups() {
  const t = useText()
  const run = useCommand()
  const table = useQueue((state) => state.table)
  const version = useQueue((state) => state.statusVersion)
  const groups = useMemo(() => {
    void version
    return failureGroups(table, table.ids(null))
  }, [table, version])
  if (groups.length === 0) return <p className={styles.lead}>{t('failures.none')}</p>
  const all = groups.flatMap(({ ids }) => ids)
  return (
    <>
      <p className={styles.lead}>{groups.length > 1 ? t('failures.lead') : t('failures.leadOfOne')}</p>
      <ul className={styles.groups}>
        {groups.map((group) => (
          <Group key={group.code} group={group} />
        ))}
      </ul>
      <div className={styles.end}>
        <Button data-autofocus onClick={() => retry(run, all)}>
          {t('failures.retryAll')}
        </Button>
      </div>
    </>
  )
}

function Group({ group }: { readonly group: FailureGroup }) {
  const t = useText()
  const run = useCommand()
  const { code, ids, example } = group
  const advice = t(`advice.${code}`)
  return (
    <li className={styles.group}>
      <IconAlertTriangle size={20} className={styles.icon} aria-hidden="true" />
      <div className={styles.text}>
        <strong>{t('failures.files', { count: ids.length })}</strong>
        <p className={styles.meaning}>{errorText(example)}</p>
        {advice !== '' && <p className={styles.advice}>{advice}</p>}
      </div>
      <div className={styles.buttons}>
        <Button size="xs" variant="default" onClick={() => retry(run, ids)}>
          {t('failures.retry')}
        </Button>
        <Button
          size="xs"
          variant="subtle"
          onClick={() => {
            showReason(code)
            closeDialog()
          }}
        >
          {t('failures.show')}
        </Button>
      </div>
    </li>
  )
}

/** Retries by id: files that fail meanwhile, for reasons that the user has not seen, are left alone. */
function retry(run: RunCommand, ids: readonly string[]): void {
  closeDialog()
  void run('queue.retry', { itemIds: [...ids] })
}
