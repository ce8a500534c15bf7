/**
 * Opens the picker for files or a folder: the system's dialog in the desktop app, PhotoFerry's own in a browser. `opened`, in the
 * desktop app only, adds what the system asked it to open.
 */
import { useCallback } from 'react'
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { openDialog } from '../../store/view-store.ts'
import { t } from '../../text/i18n.ts'
import { followIntake } from './follow-intake.ts'

export function useFilePicker(): (kind: 'files' | 'folder' | 'opened') => Promise<void> {
  const { bridge, mode } = useBridge()
  const run = useCommand()
  return useCallback(
    async (kind) => {
      if (mode === 'browser') return openDialog(kind === 'files' ? 'pick-files' : 'pick-folder')
      const answer = await run('intake.pick', { kind })
      if (answer !== null) followIntake(bridge, answer, t('intake.nothingNewAtAll'))
    },
    [bridge, mode, run],
  )
}
