/** The draft of the settings while the dialog is open: its changes, the errors to show, and saving. */
import { useState } from 'react'
import { type RunCommand, useCommand } from '../../bridge/use-bridge.ts'
import { useApp } from '../../store/app-store.ts'
import { closeDialog } from '../../store/view-store.ts'
import { type ChangedElsewhere, changesOf, type EditedDraft, editedFrom, rebased } from './rebase-draft.ts'
import type { SettingsDraft } from './settings-draft.ts'
import { type FieldErrors, validateDraft } from './validate-draft.ts'

export interface SectionProps {
  readonly draft: SettingsDraft
  /** Errors of fields that were edited; of all fields once saving was tried. */
  readonly errors: FieldErrors
  /** @param field the edited field, if it can be invalid */
  readonly onChange: (part: Partial<SettingsDraft>, field?: string) => void
}

interface EditedSettings extends SectionProps {
  /** What another window changed while the dialog was open. */
  readonly elsewhere: ChangedElsewhere
  readonly saving: boolean
  /** @returns the errors that prevent saving; empty when it was saved */
  readonly save: () => Promise<FieldErrors>
}

export function useSettingsDraft(): EditedSettings {
  const run = useCommand()
  const settings = useApp((app) => app.settings)
  const [edited, setEdited] = useState(() => editedFrom(settings))
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set())
  const [saving, setSaving] = useState(false)
  // What this window saves is no change from elsewhere.
  if (edited.settings !== settings && !saving) setEdited(rebased(edited, settings))
  const { draft, elsewhere } = edited
  const { errors, patch } = validateDraft(draft)

  const onChange = (part: Partial<SettingsDraft>, field?: string) => {
    setEdited((before) => ({ ...before, draft: { ...before.draft, ...part } }))
    if (field !== undefined) setTouched((before) => new Set([...before, field]))
  }
  const save = async () => {
    setTouched(new Set(errors.keys()))
    if (patch === null) return errors
    setSaving(true)
    // What another window saved a moment ago may still be on its way here.
    const current = await run('settings.get', {})
    if (current !== null) {
      const upon = rebased(edited, current)
      setEdited(upon)
      useApp.setState({ settings: current })
      // The person sees first what else was changed to another value.
      if (upon.elsewhere.contested.size === elsewhere.contested.size) await send(run, upon)
    }
    setSaving(false)
    return errors
  }
  const shown = new Map([...errors].filter(([field]) => touched.has(field)))
  return { draft, errors: shown, onChange, elsewhere, saving, save }
}

/** Saves what was edited and closes the dialog; both only where it is valid and main accepts it. */
async function send(run: RunCommand, { draft, settings }: EditedDraft): Promise<void> {
  const { patch } = validateDraft(draft)
  if (patch === null) return
  const saved = await run('settings.set', changesOf(patch, settings))
  if (saved === null) return
  useApp.setState({ settings: saved })
  closeDialog()
}
