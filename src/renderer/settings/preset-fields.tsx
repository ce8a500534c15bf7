/** What is done to photos before they are sent: the preset, and a quality that overrides the preset's own. */
import { NativeSelect, NumberInput } from '@mantine/core'
import { isBuiltIn, presetChoices } from '../../shared/presets.ts'
import { useText } from '../text/use-text.ts'
import styles from './settings.module.css'
import type { DraftErrors, SettingsDraft } from './settings-form.ts'

interface PresetFieldsProps {
  readonly draft: SettingsDraft
  readonly errors: DraftErrors
  readonly onChange: (part: Partial<SettingsDraft>) => void
}

export function PresetFields({ draft, errors, onChange }: PresetFieldsProps) {
  const t = useText()
  const choices = presetChoices(draft.ownPresets)
  const own = choices.find(({ id }) => id === draft.preset)?.preset?.quality
  return (
    <div className={styles.preset}>
      <NativeSelect
        label={t('settings.preset')}
        description={t('settings.presetHint')}
        value={draft.preset}
        onChange={(event) => onChange({ preset: event.currentTarget.value })}
        data={choices.map(({ id, preset }) => ({
          value: id,
          label: isBuiltIn(id) ? t(`settings.presets.${id}`) : (preset?.name ?? id),
        }))}
      />
      {own !== undefined && (
        <NumberInput
          label={t('settings.quality')}
          description={t('settings.qualityHint', { own: Math.round(own * 100) })}
          value={draft.qualityPercent}
          onChange={(qualityPercent) => onChange({ qualityPercent })}
          error={errors.qualityPercent}
          min={1}
          max={100}
          clampBehavior="none"
          allowDecimal={false}
        />
      )}
    </div>
  )
}
