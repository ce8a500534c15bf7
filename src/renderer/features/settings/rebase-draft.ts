/** Keeps a draft of the settings true while another window changes them: only what the person edited is theirs. */
import { bundledServerId } from '../../../shared/servers.ts'
import type { Settings, SettingsPatch } from '../../../shared/settings.ts'
import { mergedServers } from './rebase-servers.ts'
import { draftOf, type SettingsDraft } from './settings-draft.ts'
import type { SkipDraft } from './skip-rules-draft.ts'
import { type FieldOutcome, mergedFields, mergedSet, same, type Versions } from './three-way.ts'
import { validateDraft } from './validate-draft.ts'

/** Fields that another window changed since the dialog was opened: `theme`, `skip.extensions`, `servers.<id>.token`. */
export interface ChangedElsewhere {
  /** The draft shows the new values. */
  readonly changed: ReadonlySet<string>
  /** The person had edited these: the draft keeps their values. */
  readonly contested: ReadonlySet<string>
}

export interface EditedDraft {
  /** The settings that the draft was made of. */
  readonly settings: Settings
  readonly draft: SettingsDraft
  readonly elsewhere: ChangedElsewhere
}

type OnOutcome = (field: string, outcome: FieldOutcome) => void

export function editedFrom(settings: Settings): EditedDraft {
  const elsewhere = { changed: new Set<string>(), contested: new Set<string>() }
  return { settings, draft: draftOf(settings), elsewhere }
}

/** The draft upon newer settings: fields that were not edited show the new values. */
export function rebased({ settings, draft, elsewhere }: EditedDraft, next: Settings): EditedDraft {
  const found = { changed: new Set(elsewhere.changed), contested: new Set(elsewhere.contested) }
  // A preset that is removed takes the choice of it along; the presets show that themselves.
  const isExplained = (field: string) => field === 'preset' && !same(settings.ownPresets, next.ownPresets)
  const onOutcome: OnOutcome = (field, outcome) => {
    if (outcome === 'contested' || !isExplained(field)) found[outcome].add(field)
  }
  const versions = { base: draftOf(settings), newer: draftOf(next), edited: draft }
  const { servers, skip, ...rest } = mergedFields(withoutParts(versions), onOutcome)
  const merged: SettingsDraft = {
    ...rest,
    servers: mergedServers(only(versions, 'servers'), onOutcome),
    skip: mergedSkip(only(versions, 'skip'), onOutcome),
  }
  return { settings: next, draft: withKnownServer(merged, onOutcome), elsewhere: found }
}

/** Those with parts of their own are merged by themselves. */
function withoutParts({ base, newer, edited }: Versions<SettingsDraft>): Versions<SettingsDraft> {
  const { servers, skip } = edited
  return { base: { ...base, servers, skip }, newer: { ...newer, servers, skip }, edited }
}

function only<Field extends keyof SettingsDraft>(
  { base, newer, edited }: Versions<SettingsDraft>,
  field: Field,
): Versions<SettingsDraft[Field]> {
  return { base: base[field], newer: newer[field], edited: edited[field] }
}

/** Each group of files has a box of its own, so no two windows contest the list of them. */
function mergedSkip({ base, newer, edited }: Versions<SkipDraft>, onOutcome: OnOutcome): SkipDraft {
  const groups = mergedSet({ base: base.groups, newer: newer.groups, edited: edited.groups })
  const [from, to] = [
    { ...base, groups },
    { ...newer, groups },
  ]
  if (!same(groups, edited.groups)) onOutcome('skip.groups', 'changed')
  return mergedFields({ base: from, newer: to, edited: { ...edited, groups } }, (field, outcome) =>
    onOutcome(`skip.${field}`, outcome),
  )
}

/** New uploads go to this computer once the chosen server was removed, here or elsewhere. */
function withKnownServer(draft: SettingsDraft, onOutcome: OnOutcome): SettingsDraft {
  const { servers, defaultServerId } = draft
  if (defaultServerId === bundledServerId || servers.some(({ id }) => id === defaultServerId)) return draft
  onOutcome('defaultServerId', 'contested')
  return { ...draft, defaultServerId: bundledServerId }
}

/** The part of a patch that the person changed: what another window sets meanwhile stays. */
export function changesOf(patch: SettingsPatch, settings: Settings): SettingsPatch {
  const unchanged = validateDraft(draftOf(settings)).entered
  const changed = Object.entries(patch).filter(
    ([name, value]) => !same(value, unchanged[name as keyof SettingsPatch]),
  )
  return Object.fromEntries(changed) as SettingsPatch
}
