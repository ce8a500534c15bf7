/** Carries out what is to be done to files, and says what came of it where nothing else shows it. */
import type { CommandOutputs } from '../../../shared/ipc.ts'
import type { RunCommand } from '../../bridge/use-bridge.ts'
import { reasonOf, showAlert } from '../../store/alert-store.ts'
import { t } from '../../text/i18n.ts'
import type { FileActionName } from './file-actions.ts'

/** As many links as one command answers. */
const mostLinks = 10_000

type Deed = (run: RunCommand, itemIds: string[]) => Promise<unknown>

const deeds: Readonly<Record<FileActionName, Deed>> = {
  pause: (run, itemIds) => run('queue.pause', { itemIds }),
  resume: (run, itemIds) => run('queue.resume', { itemIds }),
  retry: (run, itemIds) => run('queue.retry', { itemIds }),
  cancel: (run, itemIds) => run('queue.cancel', { itemIds }),
  moveToTop: (run, itemIds) => run('queue.moveToTop', { itemIds }),
  showInFolder: (run, itemIds) => run('item.showInFolder', { itemIds }),
  removeFinished: async (run, itemIds) => sayRemoved(run, await run('queue.removeFinished', { itemIds })),
  open: async (run, [itemId = '']) => {
    const answer = await run('item.open', { itemId })
    // Stored files come as attachments: the tab closes itself and the download begins.
    if (answer?.url) window.open(answer.url, '_blank', 'noopener')
  },
  copyLink: async (run, itemIds) => {
    const answer = await run('item.links', { itemIds: itemIds.slice(0, mostLinks) })
    if (answer !== null) await copyText(answer.links.map(({ url }) => url).join('\n'), answer.links.length)
  },
}

/** @param itemIds files that the action concerns; with none nothing happens */
export async function runFileAction(name: FileActionName, run: RunCommand, itemIds: string[]): Promise<void> {
  if (itemIds.length > 0) await deeds[name](run, itemIds)
}

/** Says how much was taken off the list, with a way back. */
export function sayRemoved(run: RunCommand, answer: CommandOutputs['queue.remove'] | null): void {
  if (answer === null || answer.removed === 0) return
  const { undoId, removed } = answer
  const words = t('list.removed', { count: removed })
  const action = undoId === null ? undefined : { label: t('steer.undo'), run: () => void undo(run, undoId) }
  showAlert('info', words, action)
}

async function undo(run: RunCommand, undoId: string): Promise<void> {
  const answer = await run('queue.undo', { undoId })
  if (answer !== null) showAlert('info', t('steer.restored', { count: answer.restored }))
}

async function copyText(words: string, count: number): Promise<void> {
  try {
    await navigator.clipboard.writeText(words)
    showAlert('info', t('steer.copied', { count }))
  } catch (thrown) {
    showAlert('error', t('steer.notCopied', { reason: reasonOf(thrown) }))
  }
}
