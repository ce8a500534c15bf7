/** A preset that two windows edit at the same time. */
import { expect, it } from 'vitest'
import {
  presetDraftOf,
  rebasedPreset,
  validatePreset,
} from '../../../../src/renderer/features/settings/preset-draft.ts'
import { presetSchema } from '../../../../src/shared/presets.ts'

const base = presetSchema.parse({ name: 'Album', quality: 0.7, convert: ['jpeg', 'heic'] })

it('keeps what another window changed in a preset, but for the fields that were edited here', () => {
  const edited = { ...presetDraftOf(base), name: 'My album', convert: ['jpeg', 'heic', 'png'] as const }
  const newer = {
    ...base,
    name: 'Their album',
    longEdge: 2000,
    keepLocation: false,
    convert: ['heic'] as const,
  }
  const { preset } = validatePreset(rebasedPreset(edited, base, newer))
  expect(preset).toMatchObject({ name: 'My album', longEdge: 2000, keepLocation: false, quality: 0.7 })
  expect([...(preset?.convert ?? [])].sort()).toEqual(['heic', 'png'])
})
