/** After a restart, in one line: how many files are stored, resuming, changed or missing; each number shows its files. */
import { CloseButton, UnstyledButton } from '@mantine/core'
import { useCallback, useEffect } from 'react'
import { type RestartGroup, restartGroups } from '../../../shared/answers.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { queueStore, useQueue } from '../../store/queue-store.ts'
import { can, countOf } from '../../store/status-groups.ts'
import { showRestart, useView } from '../../store/view-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './restart-report.module.css'

export function RestartReport() {
  const t = useText()
  const run = useCommand()
  const report = useQueue(({ overview }) => overview?.restart ?? null)
  const shown = useView((view) => view.restart?.group ?? null)
  const show = useShowRestart(shown)
  const nothingMoves = useQueue(({ overview }) => countOf(overview?.totals, can.pause) === 0)
  if (report === null) return null
  return (
    // Not a live region: its numbers change with every file that is stored.
    <section className={styles.report} aria-label={t('restart.region')}>
      <span>{t('restart.title')}</span>
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
            {t(group === 'goingOn' && nothingMoves ? 'restart.paused' : `restart.${group}`, {
              amount: report[group],
            })}
          </UnstyledButton>
        ))}
      {report.checking && <span>{t('restart.checking')}</span>}
      <CloseButton
        className={styles.dismiss}
        aria-label={t('alerts.dismiss')}
        onClick={() => void run('restart.dismiss', {})}
      />
    </section>
  )
}

const refreshMs = 2_000

/**
 * Shows the files behind a number. While they are shown, files that the number no longer counts leave the list, and all
 * files are shown again once the report is gone.
 */
function useShowRestart(shown: RestartGroup | null) {
  const run = useCommand()
  const show = useCallback(
    async (group: RestartGroup) => {
      const answer = await run('restart.items', { group })
      if (answer !== null) showRestart({ group, ids: new Set(answer.itemIds) })
    },
    [run],
  )
  useEffect(() => {
    if (shown === null) return
    const timer = setInterval(() => {
      const count = queueStore.getState().overview?.restart?.[shown] ?? 0
      const { restart } = useView.getState()
      if (count === 0) useView.setState({ restart: null })
      else if (restart?.group === shown && restart.ids.size !== count) void show(shown)
    }, refreshMs)
    return () => clearInterval(timer)
  }, [shown, show])
  return show
}
