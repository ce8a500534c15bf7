/** The person's list of presets after one was saved or removed. No side effects: the settings keep the list. */
import { randomUUID } from 'node:crypto'
import { isBuiltIn, mostOwnPresets, type OwnPreset, type Preset } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Settings } from '../../shared/settings.ts'

/** The part of the settings that changes. */
export type PresetList = Pick<Settings, 'ownPresets' | 'preset'>

/**
 * @param id of the preset to change; null for a new one. A preset that comes with PhotoFerry keeps its name
 * @throws UploadError `not-found` for an id that is not there, `bad-request` for a name that is taken
 */
export function withPreset(
  { ownPresets, preset: chosen }: PresetList,
  id: string | null,
  preset: Preset,
): { readonly id: string; readonly list: PresetList } {
  const builtIn = id !== null && isBuiltIn(id)
  if (id === 'original') throw new UploadError('bad-request', "The preset for originals can't be changed.")
  const known = ownPresets.some((entry) => entry.id === id)
  if (id !== null && !builtIn && !known) throw presetGone()
  if (!known && ownPresets.length >= mostOwnPresets) {
    throw new UploadError('bad-request', `You already have ${mostOwnPresets} presets. Remove one first.`, {
      facts: { kind: 'too-many-presets', most: mostOwnPresets },
    })
  }
  if (!builtIn) assertNameIsFree(ownPresets, id, preset.name)
  const entry = { ...preset, id: id ?? randomUUID(), name: builtIn ? id : preset.name }
  const next = known ? ownPresets.map((other) => (other.id === id ? entry : other)) : [...ownPresets, entry]
  return { id: entry.id, list: { ownPresets: next, preset: chosen } }
}

/**
 * Removes a preset that the person made, or resets one that comes with PhotoFerry.
 * @throws UploadError `not-found`
 */
export function withoutPreset({ ownPresets, preset }: PresetList, id: string): PresetList {
  const next = ownPresets.filter((entry) => entry.id !== id)
  if (next.length === ownPresets.length && !isBuiltIn(id)) throw presetGone()
  const chosenIsGone = preset === id && !isBuiltIn(id)
  return { ownPresets: next, preset: chosenIsGone ? 'original' : preset }
}

export function presetGone(): UploadError {
  return new UploadError('not-found', 'This preset no longer exists. Choose another one.', {
    facts: { kind: 'preset-gone' },
  })
}

function assertNameIsFree(ownPresets: readonly OwnPreset[], id: string | null, name: string): void {
  const wanted = name.toLowerCase()
  const taken =
    isBuiltIn(wanted) || ownPresets.some((entry) => entry.id !== id && entry.name.toLowerCase() === wanted)
  if (taken)
    throw new UploadError('bad-request', `A preset named ${name} already exists. Choose another name.`, {
      facts: { kind: 'preset-name-taken', name },
    })
}
