/** The formats of a receipt, as items of a menu. */
import { Menu } from '@mantine/core'
import type { ReceiptFormat } from '../../../shared/history.ts'
import { useText } from '../../text/use-text.ts'

export function ReceiptFormats({ onSelect }: { readonly onSelect: (format: ReceiptFormat) => void }) {
  const t = useText()
  return (
    <>
      <Menu.Item onClick={() => onSelect('csv')}>{t('history.receiptCsv')}</Menu.Item>
      <Menu.Item onClick={() => onSelect('json')}>{t('history.receiptJson')}</Menu.Item>
      <Menu.Item onClick={() => onSelect('md5')}>{t('history.receiptMd5')}</Menu.Item>
      <Menu.Item onClick={() => onSelect('sha256')}>{t('history.receiptSha256')}</Menu.Item>
      <Menu.Item onClick={() => onSelect('mhl')}>{t('history.receiptMhl')}</Menu.Item>
    </>
  )
}
