/** Language and theme of the window. */
import { Input, NativeSelect, SegmentedControl } from '@mantine/core'
import type { Settings } from '../../../shared/settings.ts'
import { languageNames, languages } from '../../text/languages.ts'
import { useText } from '../../text/use-text.ts'
import styles from './settings.module.css'
import type { SectionProps } from './use-settings-draft.ts'

const themes: readonly Settings['theme'][] = ['auto', 'light', 'dark']
const languageOf = (value: string) => languages.find((language) => language === value) ?? 'auto'

export function AppearanceSection({ draft, onChange }: SectionProps) {
  const t = useText()
  return (
    <div className={styles.fields}>
      <NativeSelect
        className={styles.number}
        label={t('settings.language')}
        value={draft.language}
        onChange={(event) => onChange({ language: languageOf(event.currentTarget.value) })}
        data={[
          { value: 'auto', label: t('settings.languageAuto') },
          ...languages.map((value) => ({ value, label: languageNames[value] })),
        ]}
      />
      <Input.Wrapper label={t('settings.theme')} labelElement="div">
        <SegmentedControl
          aria-label={t('settings.theme')}
          fullWidth
          value={draft.theme}
          onChange={(theme) => onChange({ theme })}
          data={themes.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
        />
      </Input.Wrapper>
    </div>
  )
}
