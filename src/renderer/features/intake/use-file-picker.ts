/** Opens the picker for files or a folder: the system's dialog in the desktop app, PhotoFerry's own in a browser. */
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { openDialog } from '../../store/view-store.ts'
import { t } from '../../text/i18n.ts'
import { followIntake } from './follow-intake.ts'

export function useFilePicker(): (kind: 'files' | 'folder') => Promise<void> {
  const { bridge, mode } = useBridge()
  const run = useCommand()
  return async (kind) => {
    if (mode === 'browser') return openDialog(kind === 'files' ? 'pick-files' : 'pick-folder')
    const answer = await run('intake.pick', { kind })
    if (answer !== null) followIntake(bridge, answer, t('intake.nothingNewAtAll'))
  }
}
