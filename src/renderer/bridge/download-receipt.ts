/** Browser mode: fetches a receipt and has the browser save it as a download. */
import { browserBridge } from '../../shared/browser-bridge.ts'
import type { ReceiptFormat } from '../../shared/history.ts'
import { CommandError } from '../../shared/ipc.ts'
import { errorBodySchema } from '../../shared/protocol/wire.ts'
import { NotConnectedError } from '../store/connection-store.ts'

/** The browser reads the blob shortly after the click. */
const keptMs = 10_000

/** @throws CommandError */
export async function downloadReceipt(
  batchId: string,
  format: ReceiptFormat,
  headers: HeadersInit,
): Promise<void> {
  const response = await fetch(browserBridge.receiptUrl(batchId, format), { headers }).catch(() => null)
  if (response === null) throw new NotConnectedError()
  if (!response.ok) throw new CommandError(errorBodySchema.parse(await response.json()).error)
  const url = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = url
  link.download = fileNameIn(response.headers) ?? `receipt.${format}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), keptMs)
}

/** The name in Content-Disposition (`filename*`, RFC 6266 section 4.3); null where there is none. */
function fileNameIn(headers: Headers): string | null {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(headers.get('content-disposition') ?? '')?.[1]
  return encoded === undefined ? null : decodeURIComponent(encoded)
}
