/** What saving and removing a preset makes of the person's list; the list itself is kept with the settings. Pure. */
import { randomUUID } from 'node:crypto'
import { isBuiltIn, mostOwnPresets, type OwnPreset, type Preset } from '../../shared/presets.ts'
import { UploadError } from '../../shared/protocol/errors.ts'
import type { Settings } from '../../shared/settings.ts'

/** The part of the settings that changes. */
export type PresetShelf = Pick<Settings, 'ownPresets' | 'preset'>

/**
 * @param id of the preset to change; null for a new one. One that comes with PhotoFerry keeps its name
 * @throws UploadError `not-found` for an id that is not there, `bad-request` for a name that is taken
 */
export function withPreset(
  { ownPresets, preset: chosen }: PresetShelf,
  id: string | null,
  preset: Preset,
): { readonly id: string; readonly shelf: PresetShelf } {
  const builtIn = id !== null && isBuiltIn(id)
  if (id === 'original') throw new UploadError('bad-request', 'The originals as they are cannot be changed.')
  const known = ownPresets.some((entry) => entry.id === id)
  if (id !== null && !builtIn && !known) throw gone()
  if (!known && ownPresets.length >= mostOwnPresets) {
    throw new UploadError('bad-request', `There are ${mostOwnPresets} presets already: remove one first.`, {
      facts: { kind: 'too-many-presets', most: mostOwnPresets },
    })
  }
  if (!builtIn) assertNameIsFree(ownPresets, id, preset.name)
  const entry = { ...preset, id: id ?? randomUUID(), name: builtIn ? id : preset.name }
  const next = known ? ownPresets.map((other) => (other.id === id ? entry : other)) : [...ownPresets, entry]
  return { id: entry.id, shelf: { ownPresets: next, preset: chosen } }
}

/**
 * Removes a preset of the person's own, or gives one that comes with PhotoFerry its first values back.
 * @throws UploadError `not-found`
 */
export function withoutPreset({ ownPresets, preset }: PresetShelf, id: string): PresetShelf {
  const next = ownPresets.filter((entry) => entry.id !== id)
  if (next.length === ownPresets.length && !isBuiltIn(id)) throw gone()
  const chosenIsGone = preset === id && !isBuiltIn(id)
  return { ownPresets: next, preset: chosenIsGone ? 'original' : preset }
}

export function gone(): UploadError {
  return new UploadError('not-found', 'This preset is not there any more. Choose another one.', {
    facts: { kind: 'preset-gone' },
  })
}

function assertNameIsFree(ownPresets: readonly OwnPreset[], id: string | null, name: string): void {
  const wanted = name.toLowerCase()
  const taken =
    isBuiltIn(wanted) || ownPresets.some((entry) => entry.id !== id && entry.name.toLowerCase() === wanted)
  if (taken)
    throw new UploadError('bad-request', `There is a preset named ${name} already. Choose another name.`, {
      facts: { kind: 'preset-name-taken', name },
    })
}
