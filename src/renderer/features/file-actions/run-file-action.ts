/** Runs an action on files, and shows its result where nothing else does. */
import type { ItemRow } from '../../../shared/feed.ts'
import type { RunCommand } from '../../bridge/use-bridge.ts'
import { failureText, showAlert } from '../../store/alert-store.ts'
import { queueStore } from '../../store/queue-store.ts'
import { t } from '../../text/i18n.ts'
import { isUnstored, mayCancel, removeFiles } from './ask-first.ts'
import type { FileActionName } from './file-actions.ts'

/** The most links that one command answers. */
const mostLinks = 10_000

type ActionRunner = (run: RunCommand, itemIds: string[]) => Promise<unknown>

const runners: Readonly<Record<FileActionName, ActionRunner>> = {
  pause: (run, itemIds) => run('queue.pause', { itemIds }),
  resume: (run, itemIds) => run('queue.resume', { itemIds }),
  retry: (run, itemIds) => run('queue.retry', { itemIds }),
  cancel: async (run, itemIds) => (await mayCancel(rowsOf(itemIds))) && run('queue.cancel', { itemIds }),
  moveToTop: (run, itemIds) => run('queue.moveToTop', { itemIds }),
  showInFolder: (run, itemIds) => run('item.showInFolder', { itemIds }),
  removeFinished: async (run, itemIds) => {
    const unstored = rowsOf(itemIds).filter(({ state }) => isUnstored(state.status))
    await removeFiles(run, 'queue.removeFinished', { itemIds }, unstored.length)
  },
  open: async (run, [itemId = '']) => {
    const answer = await run('item.open', { itemId })
    // The server sends stored files as attachments: the new tab closes itself and the download starts.
    if (answer?.url) window.open(answer.url, '_blank', 'noopener')
  },
  copyLink: async (run, itemIds) => {
    const answer = await run('item.links', { itemIds: itemIds.slice(0, mostLinks) })
    if (answer !== null) await copyLinks(answer.links.map(({ url }) => url))
  },
}

function rowsOf(itemIds: readonly string[]): ItemRow[] {
  const { table } = queueStore.getState()
  return itemIds.flatMap((itemId) => table.row(itemId) ?? [])
}

/** @param itemIds files that the action applies to; with none nothing happens */
export async function runFileAction(name: FileActionName, run: RunCommand, itemIds: string[]): Promise<void> {
  if (itemIds.length > 0) await runners[name](run, itemIds)
}

async function copyLinks(urls: readonly string[]): Promise<void> {
  try {
    await navigator.clipboard.writeText(urls.join('\n'))
    showAlert('info', t('selection.copied', { count: urls.length }))
  } catch (thrown) {
    showAlert('error', t('selection.notCopied', { reason: failureText(thrown) }))
  }
}
