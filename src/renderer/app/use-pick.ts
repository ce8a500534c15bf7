/** Choosing files or a folder: the system's dialog in the desktop app, PhotoFerry's own in the browser. */
import { useBridge, useCommand } from '../bridge/use-bridge.ts'
import { openDialog } from '../store/view-store.ts'

export function usePick(): (kind: 'files' | 'folder') => void {
  const { mode } = useBridge()
  const run = useCommand()
  return (kind) => {
    if (mode === 'desktop') void run('intake.pick', { kind })
    else openDialog(kind === 'files' ? 'pick-files' : 'pick-folder')
  }
}
