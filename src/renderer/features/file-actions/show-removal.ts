/** Confirms that files were removed from the list, with a button to undo it. */
import type { Removal } from '../../../shared/answers.ts'
import type { RunCommand } from '../../bridge/use-bridge.ts'
import { showAlert } from '../../store/alert-store.ts'
import { t } from '../../text/i18n.ts'

/** @param removal null when the command failed: then nothing is shown */
export function showRemoval(run: RunCommand, removal: Removal | null): void {
  if (removal === null || removal.removed === 0) return
  const { undoId, removed } = removal
  const action =
    undoId === null ? undefined : { label: t('selection.undo'), run: () => void undo(run, undoId) }
  showAlert('info', t('list.removed', { count: removed }), action)
}

async function undo(run: RunCommand, undoId: string): Promise<void> {
  const answer = await run('queue.undo', { undoId })
  if (answer !== null) showAlert('info', t('selection.restored', { count: answer.restored }))
}
