/** The certificate of a card as a receipt: in every format of those, with what was proven and when. */
import type { CardCertificate } from '../../shared/cards.ts'
import type { ReceiptFormat } from '../../shared/history.ts'
import type { Receipt } from './receipt.ts'
import { type WrittenReceipt, writeReceipt } from './receipt-text.ts'

export function certificateReceipt(certificate: CardCertificate, format: ReceiptFormat): WrittenReceipt {
  const { card, server, checkedAtMs, lines, leftOut } = certificate
  const receipt: Receipt = {
    name: card.name,
    server,
    writtenAtMs: checkedAtMs,
    stored: lines,
    unstored: [],
    unnamed: 0,
    leftOut: leftOut.length,
    card: certificate,
  }
  return writeReceipt(receipt, format)
}
