/** After a restart, in one line: how many files are safe, go on, have changed or are missing; each number leads to them. Gone once all is stored and nothing needs anybody. */
import { CloseButton, UnstyledButton } from '@mantine/core'
import { type RestartGroup, restartGroups } from '../../../shared/answers.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useQueue } from '../../store/queue-store.ts'
import { isComplete } from '../../store/status-groups.ts'
import { showRestart, useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './notices.module.css'

export function RestartReport() {
  const t = useText()
  const run = useCommand()
  const report = useQueue((state) => state.overview?.restart ?? null)
  const shown = useView((view) => view.restart?.group ?? null)
  const goesOn = useQueue((state) => state.overview !== null && !isComplete(state.overview.totals))
  if (report === null || ((report.goingOn === 0 || !goesOn) && report.changed + report.missing === 0))
    return null
  const show = async (group: RestartGroup) => {
    const answer = await run('restart.items', { group })
    if (answer !== null) showRestart({ group, ids: new Set(answer.itemIds) })
  }
  return (
    <div className={styles.restart} role="status">
      <strong>{t('restart.title')}</strong>
      {restartGroups
        .filter((group) => report[group] > 0)
        .map((group) => (
          <UnstyledButton
            key={group}
            className={styles.restartGroup}
            data-group={group}
            aria-pressed={group === shown}
            title={t(`restart.hints.${group}`)}
            onClick={() => void show(group)}
          >
            {t(`restart.${group}`, { amount: report[group] })}
          </UnstyledButton>
        ))}
      {report.checking && <span>{t('restart.checking')}</span>}
      <CloseButton
        className={styles.restartEnd}
        aria-label={t('alerts.dismiss')}
        onClick={() => void run('restart.dismiss', {})}
      />
    </div>
  )
}
