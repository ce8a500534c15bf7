/** After a restart, in one line: how many files are stored, resuming, changed or missing; each number shows its files. */
import { CloseButton, UnstyledButton } from '@mantine/core'
import { type RestartGroup, restartGroups } from '../../../shared/answers.ts'
import type { Overview } from '../../../shared/feed.ts'
import { outcomeOf } from '../../../shared/outcome.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useQueue } from '../../store/queue-store.ts'
import { showRestart, useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './restart-report.module.css'

export function RestartReport() {
  const t = useText()
  const run = useCommand()
  const report = useQueue(({ overview }) => (isOfInterest(overview) ? overview.restart : null))
  const shown = useView((view) => view.restart?.group ?? null)
  if (report === null) return null
  const show = async (group: RestartGroup) => {
    const answer = await run('restart.items', { group })
    if (answer !== null) showRestart({ group, ids: new Set(answer.itemIds) })
  }
  return (
    <div className={styles.report} role="status">
      <strong>{t('restart.title')}</strong>
      {restartGroups
        .filter((group) => report[group] > 0)
        .map((group) => (
          <UnstyledButton
            key={group}
            className={styles.group}
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
        className={styles.dismiss}
        aria-label={t('alerts.dismiss')}
        onClick={() => void run('restart.dismiss', {})}
      />
    </div>
  )
}

/** The report disappears once everything is stored, unless originals changed or are missing. */
function isOfInterest(overview: Overview | null): overview is Overview {
  if (overview === null || overview.restart === null) return false
  const { goingOn, changed, missing } = overview.restart
  return changed + missing > 0 || (goingOn > 0 && outcomeOf(overview.totals).level !== 'all-stored')
}
