/** Choosing files or a folder: the system's dialog in the desktop app, PhotoFerry's own in the browser. */
import type { Bridge } from '../../../shared/bridge.ts'
import { type RunCommand, useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { openDialog } from '../../store/view-store.ts'
import { t } from '../../text/i18n.ts'
import { followIntake } from '../survey/survey-store.ts'

export function usePick(): (kind: 'files' | 'folder') => void {
  const { bridge, mode } = useBridge()
  const run = useCommand()
  return (kind) => {
    if (mode === 'desktop') void pickInSystem(bridge, run, kind)
    else openDialog(kind === 'files' ? 'pick-files' : 'pick-folder')
  }
}

async function pickInSystem(bridge: Bridge, run: RunCommand, kind: 'files' | 'folder'): Promise<void> {
  const answer = await run('intake.pick', { kind })
  if (answer !== null) followIntake(bridge, answer, t('intake.nothingNewAtAll'))
}
