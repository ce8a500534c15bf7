/** Saves the receipt of a batch, and says where it is. */
import type { ReceiptFormat } from '../../../shared/history.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { showAlert, showFailure } from '../../store/alert-store.ts'
import { t } from '../../text/i18n.ts'

export function useSaveReceipt(): (batchId: string, format: ReceiptFormat) => Promise<void> {
  const { bridge } = useBridge()
  return async (batchId, format) => {
    try {
      const path = await bridge.saveReceipt(batchId, format)
      if (path !== null) showAlert('info', t('history.saved', { path }))
    } catch (thrown) {
      showFailure(thrown)
    }
  }
}
