/** Keeps a draft of the settings true while another window changes them: only what the person edited is theirs. */
import type { Settings, SettingsPatch } from '../../../shared/settings.ts'
import { draftOf, type SettingsDraft } from './settings-draft.ts'
import { validateDraft } from './validate-draft.ts'

type Field = keyof SettingsDraft

/** Fields that another window changed since the dialog was opened. */
export interface ChangedElsewhere {
  /** The draft shows the new values. */
  readonly changed: ReadonlySet<Field>
  /** The person had edited these: the draft keeps their values. */
  readonly contested: ReadonlySet<Field>
}

export interface EditedDraft {
  /** The settings that the draft was made of. */
  readonly settings: Settings
  readonly draft: SettingsDraft
  readonly elsewhere: ChangedElsewhere
}

export function editedFrom(settings: Settings): EditedDraft {
  const elsewhere = { changed: new Set<Field>(), contested: new Set<Field>() }
  return { settings, draft: draftOf(settings), elsewhere }
}

/** The draft upon newer settings: fields that were not edited show the new values. */
export function rebased({ settings, draft, elsewhere }: EditedDraft, next: Settings): EditedDraft {
  const [base, newer] = [draftOf(settings), draftOf(next)]
  // A preset that is removed takes the choice of it along; the presets show that themselves.
  const isExplained = (field: Field) => field === 'preset' && !same(settings.ownPresets, next.ownPresets)
  const [changed, contested] = [new Set(elsewhere.changed), new Set(elsewhere.contested)]
  const result: Record<Field, unknown> = { ...draft }
  for (const field of Object.keys(newer) as Field[]) {
    if (same(base[field], newer[field])) continue
    const isEdited = !same(base[field], draft[field]) && !same(draft[field], newer[field])
    if (isEdited) contested.add(field)
    else {
      result[field] = newer[field]
      if (!isExplained(field)) changed.add(field)
    }
  }
  return { settings: next, draft: result as unknown as SettingsDraft, elsewhere: { changed, contested } }
}

/** The part of a patch that the person changed: what another window sets meanwhile stays. */
export function changesOf(patch: SettingsPatch, settings: Settings): SettingsPatch {
  const unchanged = validateDraft(draftOf(settings)).patch
  if (unchanged === null) return patch
  const changed = Object.entries(patch).filter(
    ([name, value]) => !same(value, unchanged[name as keyof SettingsPatch]),
  )
  return Object.fromEntries(changed) as SettingsPatch
}

/** Of plain data. */
const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other)
