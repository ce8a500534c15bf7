/** The preset for new photos, and the list of presets with their editor. Changes to presets are saved at once. */

import { ActionIcon, Badge, Button, NativeSelect, NumberInput } from '@mantine/core'
import { IconPencil, IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { type PresetChoice, presetChoices } from '../../../shared/presets.ts'
import { escapeControls } from '../../../shared/protocol/escape-controls.ts'
import { useApp } from '../../store/app-store.ts'
import { presetName } from '../../text/preset-name.ts'
import { useText } from '../../text/use-text.ts'
import { presetSummary } from './preset-draft.ts'
import { PresetEditor } from './preset-editor.tsx'
import styles from './settings.module.css'
import type { SectionProps } from './use-settings-draft.ts'

/** Null while nothing is edited. */
type Edited = null | 'new' | PresetChoice

export function PresetSection({ draft, errors, onChange }: SectionProps) {
  const t = useText()
  const choices = presetChoices(useApp((app) => app.settings.ownPresets))
  const [edited, setEdited] = useState<Edited>(null)
  const own = choices.find(({ id }) => id === draft.preset)?.preset?.quality
  if (edited !== null) {
    const done = (removedId?: string) => {
      setEdited(null)
      if (removedId !== undefined && removedId === draft.preset) onChange({ preset: 'original' })
    }
    return <PresetEditor choice={edited === 'new' ? null : edited} onDone={done} />
  }
  return (
    <div className={styles.fields}>
      <NativeSelect
        label={t('presets.usual')}
        description={t('presets.usualHint')}
        value={draft.preset}
        onChange={(event) => onChange({ preset: event.currentTarget.value })}
        data={choices.map((choice) => ({ value: choice.id, label: presetName(choice, t) }))}
      />
      {own !== undefined && (
        <NumberInput
          className={styles.number}
          label={t('presets.quality')}
          description={t('presets.qualityHint', { own: Math.round(own * 100) })}
          value={draft.qualityPercent}
          onChange={(qualityPercent) => onChange({ qualityPercent }, 'qualityPercent')}
          error={errors.get('qualityPercent')}
          min={1}
          max={100}
          clampBehavior="none"
          allowDecimal={false}
        />
      )}
      <section className={styles.group} aria-labelledby="all-presets">
        <h3 id="all-presets" className={styles.groupTitle}>
          {t('presets.all')}
        </h3>
        <p className={styles.lead}>{t('presets.allHint')}</p>
        <ul className={styles.presets}>
          {choices.map((choice) => (
            <PresetLine key={choice.id} choice={choice} onEdit={() => setEdited(choice)} />
          ))}
        </ul>
        <Button
          className={styles.add}
          variant="default"
          leftSection={<IconPlus size={16} />}
          onClick={() => setEdited('new')}
        >
          {t('presets.add')}
        </Button>
      </section>
    </div>
  )
}

function PresetLine({ choice, onEdit }: { readonly choice: PresetChoice; readonly onEdit: () => void }) {
  const t = useText()
  const { origin, preset } = choice
  if (preset === null) return null
  const name = presetName(choice, t)
  return (
    <li className={styles.preset}>
      <span className={styles.cardName}>
        <span>
          <bdi>{escapeControls(name)}</bdi>
          {origin === 'changed' && (
            <Badge variant="default" size="sm" ml={8}>
              {t('presets.changed')}
            </Badge>
          )}
        </span>
        <span className={styles.cardSubtitle}>{presetSummary(preset)}</span>
      </span>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={t('presets.edit', { name })}
        title={t('presets.edit', { name })}
        onClick={onEdit}
      >
        <IconPencil size={18} />
      </ActionIcon>
    </li>
  )
}
