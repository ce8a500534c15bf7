/** Settings of the desktop app: open at login, close to the tray, keep the computer awake, notifications, what quitting does. */
import { Radio, Switch } from '@mantine/core'
import type { Settings } from '../../../shared/settings.ts'
import { useBridge } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { useText } from '../../text/use-text.ts'
import styles from './settings.module.css'
import type { SectionProps } from './use-settings-draft.ts'

const switches = ['startAtLogin', 'closeToTray', 'keepAwake', 'notifications'] as const
const ways: readonly Settings['atQuit'][] = ['ask', 'finish', 'stop']

export function GeneralSection({ draft, onChange }: SectionProps) {
  const t = useText()
  const { mode } = useBridge()
  const platform = useApp((app) => app.info?.platform)
  if (mode === 'browser') return <p className={styles.lead}>{t('settings.desktopOnly')}</p>
  return (
    <div className={styles.fields}>
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
    </div>
  )
}
