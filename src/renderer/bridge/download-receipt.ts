/** Fetches a receipt from browser mode's host and has the browser keep it as a download. */
import { browserBridge } from '../../shared/browser-bridge.ts'
import type { ReceiptFormat } from '../../shared/history.ts'
import { CommandError } from '../../shared/ipc.ts'
import { errorBodySchema } from '../../shared/protocol/wire.ts'
import { t } from '../text/i18n.ts'

/** @throws CommandError */
export async function downloadReceipt(
  batchId: string,
  format: ReceiptFormat,
  headers: HeadersInit,
): Promise<void> {
  const answer = await fetch(browserBridge.receiptUrl(batchId, format), { headers }).catch(() => null)
  if (answer === null) throw new CommandError({ code: 'connection-lost', message: t('offline.command') })
  if (!answer.ok) throw new CommandError(errorBodySchema.parse(await answer.json()).error)
  const url = URL.createObjectURL(await answer.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = nameIn(answer.headers) ?? `receipt.${format}`
  link.click()
  // The browser has taken what it needs once the click is over.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

/** A page on loopback reads all headers of its own origin. */
function nameIn(headers: Headers): string | null {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(headers.get('content-disposition') ?? '')?.[1]
  return encoded === undefined ? null : decodeURIComponent(encoded)
}
