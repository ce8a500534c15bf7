/** Creates or changes a preset: what copies look like, which photos are converted, and what happens to those that can't be. */
import { Button, Checkbox, NativeSelect, NumberInput, Radio, TextInput } from '@mantine/core'
import { type KeyboardEvent, useState } from 'react'
import {
  isBuiltIn,
  type PresetChoice,
  payloadFormats,
  photoFormats,
  presetChoices,
} from '../../../shared/presets.ts'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { formatNames, presetName } from '../../text/preset-name.ts'
import { useText } from '../../text/use-text.ts'
import {
  type PresetDraft,
  type PresetErrors,
  presetDraftOf,
  rebasedPreset,
  validatePreset,
} from './preset-draft.ts'
import styles from './settings.module.css'
import { same } from './three-way.ts'

const colours = ['keep', 'srgb'] as const
const ways = ['send-original', 'fail'] as const
const extraChoices = ['keep-motion', 'keep', 'leave-out'] as const

interface PresetEditorProps {
  /** Null for a new one. */
  readonly choice: PresetChoice | null
  /** @param removedId the id of a preset that was deleted */
  readonly onDone: (removedId?: string) => void
}

export function PresetEditor({ choice, onDone }: PresetEditorProps) {
  const t = useText()
  const run = useCommand()
  const [draft, setDraft] = usePresetDraft(choice)
  const [tried, setTried] = useState(false)
  const { errors, preset } = validatePreset(draft)
  const change = (part: Partial<PresetDraft>) => setDraft((before) => ({ ...before, ...part }))

  const save = async () => {
    setTried(true)
    if (preset === null) return
    const answer = await run('presets.save', { id: choice?.id ?? null, preset })
    if (answer === null) return
    useApp.setState({ settings: answer.settings })
    onDone()
  }
  const remove = async (id: string) => {
    const settings = await run('presets.remove', { id })
    if (settings === null) return
    useApp.setState({ settings })
    onDone(choice?.origin === 'own' ? id : undefined)
  }
  // Enter saves the preset, not all settings around it.
  const onEnter = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
    event.preventDefault()
    void save()
  }
  const isNamed = choice === null || !isBuiltIn(choice.id)
  // A new preset has no name yet; that is an error only when it is saved.
  const nameError = tried || draft.name !== '' ? errors.name : undefined
  return (
    <section
      className={styles.fields}
      aria-label={choice === null ? t('presets.add') : t('presets.edit', { name: presetName(choice, t) })}
      onKeyDown={onEnter}
    >
      {isNamed ? (
        <TextInput
          label={t('presets.name')}
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={nameError}
          maxLength={100}
          data-autofocus
        />
      ) : (
        <h3 className={styles.groupTitle}>{presetName(choice, t)}</h3>
      )}
      <FormatFields draft={draft} errors={errors} onChange={change} />
      <ConversionFields draft={draft} errors={errors} onChange={change} />
      <EditorButtons
        choice={choice}
        onRemove={(id) => void remove(id)}
        onCancel={() => onDone()}
        onSave={() => void save()}
      />
    </section>
  )
}

/** The draft of a preset; what another window changes in it meanwhile shows at once, but for what was edited here. */
function usePresetDraft(choice: PresetChoice | null) {
  const ownPresets = useApp((app) => app.settings.ownPresets)
  const [base, setBase] = useState(choice?.preset ?? null)
  const [draft, setDraft] = useState(() => presetDraftOf(base))
  const newer = presetChoices(ownPresets).find(({ id }) => id === choice?.id)?.preset ?? null
  if (base !== null && newer !== null && !same(base, newer)) {
    setBase(newer)
    setDraft(rebasedPreset(draft, base, newer))
  }
  return [draft, setDraft] as const
}

interface EditorButtonsProps {
  readonly choice: PresetChoice | null
  /** Deletes a preset of the user's own, or resets a changed one. */
  readonly onRemove: (id: string) => void
  readonly onCancel: () => void
  readonly onSave: () => void
}

function EditorButtons({ choice, onRemove, onCancel, onSave }: EditorButtonsProps) {
  const t = useText()
  return (
    <div className={styles.editorButtons}>
      {choice !== null && choice.origin !== 'built-in' && (
        <Button variant="subtle" color="red" onClick={() => onRemove(choice.id)}>
          {choice.origin === 'own' ? t('presets.remove') : t('presets.reset')}
        </Button>
      )}
      <Button variant="default" onClick={onCancel}>
        {t('presets.close')}
      </Button>
      <Button variant="light" onClick={onSave}>
        {t('presets.save')}
      </Button>
    </div>
  )
}

interface FieldsProps {
  readonly draft: PresetDraft
  readonly errors: PresetErrors
  readonly onChange: (part: Partial<PresetDraft>) => void
}

function FormatFields({ draft, errors, onChange }: FieldsProps) {
  const t = useText()
  return (
    <div className={styles.pair}>
      <NativeSelect
        label={t('presets.format')}
        value={draft.format}
        onChange={(event) =>
          onChange({ format: payloadFormats.find((id) => id === event.currentTarget.value) ?? 'jpeg' })
        }
        data={payloadFormats.map((value) => ({ value, label: formatNames[value] }))}
      />
      <NumberInput
        label={t('presets.quality')}
        value={draft.qualityPercent}
        onChange={(qualityPercent) => onChange({ qualityPercent })}
        error={errors.qualityPercent}
        disabled={draft.format === 'png'}
        min={1}
        max={100}
        clampBehavior="none"
        allowDecimal={false}
      />
      <NumberInput
        label={t('presets.longEdge')}
        description={t('presets.longEdgeHint')}
        inputWrapperOrder={['label', 'input', 'error', 'description']}
        value={draft.longEdge}
        onChange={(longEdge) => onChange({ longEdge })}
        error={errors.longEdge}
        allowDecimal={false}
        hideControls
      />
      <NativeSelect
        label={t('presets.colour')}
        value={draft.colour}
        onChange={(event) =>
          onChange({ colour: colours.find((id) => id === event.currentTarget.value) ?? 'keep' })
        }
        data={colours.map((value) => ({ value, label: t(`presets.colours.${value}`) }))}
      />
    </div>
  )
}

function ConversionFields({ draft, errors, onChange }: FieldsProps) {
  const t = useText()
  return (
    <>
      <Checkbox
        label={t('presets.keepLocation')}
        checked={draft.keepLocation}
        onChange={(event) => onChange({ keepLocation: event.currentTarget.checked })}
      />
      <Checkbox.Group
        label={t('presets.convert')}
        value={[...draft.convert]}
        error={errors.convert}
        onChange={(selected) =>
          onChange({ convert: photoFormats.filter((format) => selected.includes(format)) })
        }
      >
        <div className={styles.checks}>
          {photoFormats.map((format) => (
            <Checkbox key={format} value={format} label={formatNames[format]} />
          ))}
        </div>
      </Checkbox.Group>
      <Radio.Group
        label={t('presets.extras')}
        value={draft.extras}
        onChange={(value) =>
          onChange({ extras: extraChoices.find((choice) => choice === value) ?? 'keep-motion' })
        }
      >
        <div className={styles.choices}>
          {extraChoices.map((choice) => (
            <Radio key={choice} value={choice} label={t(`presets.extraChoices.${choice}`)} />
          ))}
        </div>
      </Radio.Group>
      <Radio.Group
        label={t('presets.whenUnconvertible')}
        value={draft.whenUnconvertible}
        onChange={(value) =>
          onChange({ whenUnconvertible: ways.find((way) => way === value) ?? 'send-original' })
        }
      >
        <div className={styles.choices}>
          {ways.map((way) => (
            <Radio key={way} value={way} label={t(`presets.whenUnconvertibles.${way}`)} />
          ))}
        </div>
      </Radio.Group>
    </>
  )
}
