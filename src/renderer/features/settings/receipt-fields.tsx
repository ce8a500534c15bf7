/** Whether the receipt of every finished batch is kept by itself, and in which folder. */
import { Switch } from '@mantine/core'
import { useApp } from '../../store/app-store.ts'
import { useText } from '../../text/use-text.ts'
import { FolderInput } from './folder-input.tsx'
import type { SectionProps } from './use-settings-draft.ts'

export function ReceiptFields({ draft: { receiptDir }, errors, onChange }: SectionProps) {
  const t = useText()
  const usual = useApp((app) => app.info?.usualReceiptDir ?? '')
  return (
    <>
      <Switch
        label={t('settings.keepReceipts')}
        description={t('settings.keepReceiptsHint')}
        checked={receiptDir !== null}
        onChange={(event) => onChange({ receiptDir: event.currentTarget.checked ? usual : null })}
      />
      {receiptDir !== null && (
        <FolderInput
          label={t('settings.receiptDir')}
          value={receiptDir}
          error={errors.get('receiptDir')}
          onChange={(path) => onChange({ receiptDir: path }, 'receiptDir')}
        />
      )}
    </>
  )
}
