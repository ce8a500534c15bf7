/** Whether the receipt of every finished batch is kept by itself, and in which folder. */
import { Button, Switch, TextInput } from '@mantine/core'
import { useBridge, useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './settings.module.css'
import type { SectionProps } from './use-settings-draft.ts'

export function ReceiptFields({ draft: { receiptDir }, errors, onChange }: SectionProps) {
  const t = useText()
  const run = useCommand()
  const { mode } = useBridge()
  const usual = useApp((app) => app.info?.usualReceiptDir ?? '')
  const choose = async () => {
    const answer = await run('folders.choose', {})
    if (answer !== null && answer.path !== null) onChange({ receiptDir: answer.path }, 'receiptDir')
  }
  return (
    <>
      <Switch
        label={t('settings.keepReceipts')}
        description={t('settings.keepReceiptsHint')}
        checked={receiptDir !== null}
        onChange={(event) => onChange({ receiptDir: event.currentTarget.checked ? usual : null })}
      />
      {receiptDir !== null && (
        <div className={styles.library}>
          <TextInput
            label={t('settings.receiptDir')}
            value={receiptDir}
            error={errors.get('receiptDir')}
            onChange={(event) => onChange({ receiptDir: event.currentTarget.value }, 'receiptDir')}
            spellCheck={false}
            autoComplete="off"
          />
          {mode === 'desktop' && (
            <Button variant="default" onClick={() => void choose()}>
              {t('servers.libraryChoose')}
            </Button>
          )}
        </div>
      )}
    </>
  )
}
