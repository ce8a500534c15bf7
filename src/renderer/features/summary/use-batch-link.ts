/** A link to the stored files of a batch: copied for others, or opened at once. */
import { useCommand } from '../../bridge/use-bridge.ts'
import { failureText, showAlert } from '../../store/alert-store.ts'
import { t } from '../../text/i18n.ts'

/** How long a copied link works. */
const days = 30

interface BatchLinkActions {
  readonly copy: () => Promise<void>
  readonly show: () => Promise<void>
}

export function useBatchLink(batchId: string): BatchLinkActions {
  const run = useCommand()
  return {
    copy: async () => {
      const link = await run('batch.share', { batchId, days })
      if (link === null) return
      try {
        await navigator.clipboard.writeText(link.url)
        showAlert('info', t('summary.copied', { path: link.path, days }))
      } catch (thrown) {
        showAlert('error', t('selection.notCopied', { reason: failureText(thrown) }))
      }
    },
    show: async () => {
      const answer = await run('batch.show', { batchId })
      if (answer?.url) window.open(answer.url, '_blank', 'noopener')
    },
  }
}
