/** Where receipts are kept, settings in files; and of the desktop app: open at login, close to the tray, keep the computer awake, notifications, what quitting does. */
import { Radio, Switch } from '@mantine/core'
import type { Settings } from '../../../shared/settings.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { useText } from '../../text/use-text.ts'
import { ReceiptFields } from './receipt-fields.tsx'
import styles from './settings.module.css'
import { SettingsFileFields } from './settings-file-fields.tsx'
import type { SectionProps } from './use-settings-draft.ts'

export function GeneralSection(props: SectionProps) {
  const t = useText()
  const { mode } = useBridge()
  return (
    <div className={styles.fields}>
      <ReceiptFields {...props} />
      {mode === 'browser' ? (
        <p className={styles.lead}>{t('settings.desktopOnly')}</p>
      ) : (
        <DesktopFields {...props} />
      )}
      <SettingsFileFields />
    </div>
  )
}

const switches = ['startAtLogin', 'closeToTray', 'keepAwake', 'notifications'] as const
const ways: readonly Settings['atQuit'][] = ['ask', 'finish', 'stop']

function DesktopFields({ draft, onChange }: SectionProps) {
  const t = useText()
  const platform = useApp((app) => app.info?.platform)
  return (
    <>
      {switches
        .filter((field) => field !== 'closeToTray' || platform !== 'darwin')
        .map((field) => (
          <Switch
            key={field}
            label={t(`settings.${field}`)}
            description={t(`settings.${field}Hint`)}
            checked={draft[field]}
            onChange={(event) => onChange({ [field]: event.currentTarget.checked })}
          />
        ))}
      <Radio.Group
        label={t('settings.atQuit')}
        value={draft.atQuit}
        onChange={(value) => onChange({ atQuit: ways.find((way) => way === value) ?? 'ask' })}
      >
        <div className={styles.choices}>
          {ways.map((way) => (
            <Radio key={way} value={way} label={t(`settings.atQuits.${way}`)} />
          ))}
        </div>
      </Radio.Group>
    </>
  )
}
