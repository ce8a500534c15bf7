/** The settings: where photos are stored, how fast, how large, how it looks; each error at its own field. */
import { Button, Input, NativeSelect, NumberInput, SegmentedControl } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Settings } from '../../shared/settings.ts'
import { Dialog } from '../app/dialog.tsx'
import { useCommand } from '../bridge/use-bridge.ts'
import { useApp } from '../store/app-store.ts'
import { closeDialog } from '../store/view-store.ts'
import { languageNames, languages } from '../text/languages.ts'
import { useText } from '../text/use-text.ts'
import { PresetFields } from './preset-fields.tsx'
import { ServerFields } from './server-fields.tsx'
import styles from './settings.module.css'
import { boundsOf, checkDraft, type DraftErrors, draftOf, type SettingsDraft } from './settings-form.ts'

const themes: readonly Settings['theme'][] = ['auto', 'light', 'dark']

const languageOf = (value: string) => languages.find((language) => language === value) ?? 'auto'

export function SettingsDialog() {
  const t = useText()
  return (
    <Dialog name="settings" title={t('settings.title')}>
      <SettingsForm />
    </Dialog>
  )
}

function SettingsForm() {
  const t = useText()
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
      <Input.Wrapper label={t('settings.theme')} labelElement="div">
        <SegmentedControl
          aria-label={t('settings.theme')}
          fullWidth
          value={draft.theme}
          onChange={(theme) => change({ theme })}
          data={themes.map((value) => ({ value, label: t(`settings.themes.${value}`) }))}
        />
      </Input.Wrapper>
      <NativeSelect
        label={t('settings.language')}
        value={draft.language}
        onChange={(event) => change({ language: languageOf(event.currentTarget.value) })}
        data={[
          { value: 'auto', label: t('settings.languageAuto') },
          ...languages.map((value) => ({ value, label: languageNames[value] })),
        ]}
      />
      <div className={styles.buttons}>
        <Button variant="default" onClick={closeDialog}>
          {t('settings.cancel')}
        </Button>
        <Button type="submit">{t('settings.save')}</Button>
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
  const t = useText()
  return (
    <>
      <div className={styles.numbers}>
        {(['parallelFiles', 'parallelChunks', 'maxRetries'] as const).map((field) => (
          <NumberInput
            key={field}
            label={t(`settings.${field}`)}
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
        label={t('settings.maxFileSize')}
        description={t('settings.maxFileSizeHint')}
        value={draft.maxMegabytes}
        onChange={(maxMegabytes) => onChange({ maxMegabytes })}
        error={errors.maxMegabytes}
        thousandSeparator=","
        hideControls
      />
    </>
  )
}
