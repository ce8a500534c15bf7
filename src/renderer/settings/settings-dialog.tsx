/** The settings: where photos are stored, how fast, how large, how it looks; each error at its own field. */
import { Button, Input, NumberInput, SegmentedControl } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Settings } from '../../shared/settings.ts'
import { Dialog } from '../app/dialog.tsx'
import { useCommand } from '../bridge/use-bridge.ts'
import { useApp } from '../store/app-store.ts'
import { closeDialog } from '../store/view-store.ts'
import { text } from '../text/text.ts'
import { PresetFields } from './preset-fields.tsx'
import { ServerFields } from './server-fields.tsx'
import styles from './settings.module.css'
import { boundsOf, checkDraft, type DraftErrors, draftOf, type SettingsDraft } from './settings-form.ts'

const words = text.settings
const themes: readonly Settings['theme'][] = ['auto', 'light', 'dark']

export function SettingsDialog() {
  return (
    <Dialog name="settings" title={words.title}>
      <SettingsForm />
    </Dialog>
  )
}

function SettingsForm() {
  const run = useCommand()
  const settings = useApp((app) => app.settings)
  const [draft, setDraft] = useState(() => draftOf(settings))
  const [errors, setErrors] = useState<DraftErrors>({})

  const change = (part: Partial<SettingsDraft>) => {
    const next = { ...draft, ...part }
    setDraft(next)
    const checked = checkDraft(next)
    // While typing only errors that are shown already go or change; new ones wait for Save.
    if (checked.ok) setErrors({})
    else setErrors(Object.fromEntries(Object.entries(checked.errors).filter(([field]) => field in errors)))
  }
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const checked = checkDraft(draft)
    if (!checked.ok) return setErrors(checked.errors)
    const saved = await run('settings.set', checked.patch)
    if (saved === null) return
    useApp.setState({ settings: saved })
    closeDialog()
  }
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)} noValidate>
      <ServerFields draft={draft} errors={errors} onChange={change} onErrors={setErrors} />
      <NumberFields draft={draft} errors={errors} onChange={change} />
      <PresetFields draft={draft} errors={errors} onChange={change} />
      <Input.Wrapper label={words.theme} labelElement="div">
        <SegmentedControl
          aria-label={words.theme}
          fullWidth
          value={draft.theme}
          onChange={(theme) => change({ theme })}
          data={themes.map((value) => ({ value, label: words.themes[value] }))}
        />
      </Input.Wrapper>
      <div className={styles.buttons}>
        <Button variant="default" onClick={closeDialog}>
          {words.cancel}
        </Button>
        <Button type="submit">{words.save}</Button>
      </div>
    </form>
  )
}

interface FieldsProps {
  readonly draft: SettingsDraft
  readonly errors: DraftErrors
  readonly onChange: (part: Partial<SettingsDraft>) => void
}

function NumberFields({ draft, errors, onChange }: FieldsProps) {
  return (
    <>
      <div className={styles.numbers}>
        {(['parallelFiles', 'parallelChunks', 'maxRetries'] as const).map((field) => (
          <NumberInput
            key={field}
            label={words[field]}
            value={draft[field]}
            onChange={(value) => onChange({ [field]: value })}
            error={errors[field]}
            {...boundsOf(field)}
            clampBehavior="none"
            allowDecimal={false}
          />
        ))}
      </div>
      <NumberInput
        label={words.maxFileSize}
        description={words.maxFileSizeHint}
        value={draft.maxMegabytes}
        onChange={(maxMegabytes) => onChange({ maxMegabytes })}
        error={errors.maxMegabytes}
        thousandSeparator=","
        hideControls
      />
    </>
  )
}
