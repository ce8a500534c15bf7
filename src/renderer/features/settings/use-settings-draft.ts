/** The draft of the settings while they are open: which errors to show already, and what saving does. */
import { useState } from 'react'
import { useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { closeDialog } from '../../store/view-store.ts'
import { draftOf, type SettingsDraft } from './settings-draft.ts'
import { checkDraft, type FieldErrors } from './validate-draft.ts'

export interface SectionProps {
  readonly draft: SettingsDraft
  /** Of fields that were typed into; of all once saving was tried. */
  readonly errors: FieldErrors
  /** @param field that was typed into, where it can be wrong */
  readonly onChange: (part: Partial<SettingsDraft>, field?: string) => void
}

interface DraftInHand extends SectionProps {
  readonly saving: boolean
  /** @returns the errors that keep it from being saved; none when it was saved */
  readonly save: () => Promise<FieldErrors>
}

export function useDraft(): DraftInHand {
  const run = useCommand()
  const [draft, setDraft] = useState(() => draftOf(useApp.getState().settings))
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [saving, setSaving] = useState(false)
  const { errors, patch } = checkDraft(draft)

  const onChange = (part: Partial<SettingsDraft>, field?: string) => {
    setDraft((before) => ({ ...before, ...part }))
    if (field !== undefined) setTouched((before) => new Set([...before, field]))
  }
  const save = async () => {
    setTouched(new Set(errors.keys()))
    if (patch === null) return errors
    setSaving(true)
    const settings = await run('settings.set', patch)
    setSaving(false)
    if (settings !== null) {
      useApp.setState({ settings })
      closeDialog()
    }
    return errors
  }
  const shown = new Map([...errors].filter(([field]) => touched.has(field)))
  return { draft, errors: shown, onChange, saving, save }
}
