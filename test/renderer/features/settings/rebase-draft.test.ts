/** A dialog that is open while another window changes the settings: nothing is overwritten that nobody edited. */
import { describe, expect, it } from 'vitest'
import { changesOf, editedFrom, rebased } from '../../../../src/renderer/features/settings/rebase-draft.ts'
import { validateDraft } from '../../../../src/renderer/features/settings/validate-draft.ts'
import { type OwnPreset, presetSchema } from '../../../../src/shared/presets.ts'
import { defaultSettings, type Settings } from '../../../../src/shared/settings.ts'

const with_ = (part: Partial<Settings>): Settings => ({ ...defaultSettings, ...part })

function saved(edited: ReturnType<typeof editedFrom>) {
  const { patch } = validateDraft(edited.draft)
  return patch && changesOf(patch, edited.settings)
}

describe('a draft whose settings another window changes', () => {
  it('sends what the person edited and nothing else', () => {
    const opened = editedFrom(defaultSettings)
    expect(saved(opened)).toEqual({})
    expect(saved({ ...opened, draft: { ...opened.draft, maxMegabytes: 3 } })).toEqual({
      maxFileSize: 3_000_000,
    })
  })

  it('shows the new values of fields that were not edited, says which, and keeps the edited ones', () => {
    const opened = editedFrom(defaultSettings)
    const edited = { ...opened, draft: { ...opened.draft, parallelFiles: 7 } }
    const after = rebased(edited, with_({ preset: 'proof', theme: 'dark' }))
    expect(after.draft).toMatchObject({ preset: 'proof', theme: 'dark', parallelFiles: 7 })
    expect([...after.elsewhere.changed].sort()).toEqual(['preset', 'theme'])
    expect([...after.elsewhere.contested]).toEqual([])
    expect(saved(after)).toEqual({ parallelFiles: 7 })
  })

  it('says which fields were edited here and there, and lets the person decide', () => {
    const opened = editedFrom(defaultSettings)
    const edited = { ...opened, draft: { ...opened.draft, parallelFiles: 7 } }
    const after = rebased(edited, with_({ parallelFiles: 2 }))
    expect([...after.elsewhere.contested]).toEqual(['parallelFiles'])
    expect(after.draft.parallelFiles).toBe(7)
    expect(saved(after)).toEqual({ parallelFiles: 7 })
    const agreed = rebased(edited, with_({ parallelFiles: 7 }))
    expect([[...agreed.elsewhere.contested], saved(agreed)]).toEqual([[], {}])
  })

  it('says nothing of presets, which are saved at once and have no draft', () => {
    const own: OwnPreset = { ...presetSchema.parse({ name: 'Album' }), id: 'own-1' }
    const opened = editedFrom(with_({ ownPresets: [own], preset: 'own-1' }))
    const after = rebased(opened, with_({ ownPresets: [], preset: 'original' }))
    expect([after.draft.preset, [...after.elsewhere.changed]]).toEqual(['original', []])
  })
})
