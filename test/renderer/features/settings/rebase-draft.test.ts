/** A dialog that is open while another window changes the settings: nothing is overwritten that nobody edited. */
import { describe, expect, it } from 'vitest'
import { changesOf, editedFrom, rebased } from '../../../../src/renderer/features/settings/rebase-draft.ts'
import type { ServerDraft } from '../../../../src/renderer/features/settings/settings-draft.ts'
import { validateDraft } from '../../../../src/renderer/features/settings/validate-draft.ts'
import { type OwnPreset, presetSchema } from '../../../../src/shared/presets.ts'
import { defaultSettings, type Settings } from '../../../../src/shared/settings.ts'

const with_ = (part: Partial<Settings>): Settings => ({ ...defaultSettings, ...part })
const studio = { id: 'studio', name: 'Studio', url: 'http://studio', token: 'old' }
const fingerprint = Array.from({ length: 32 }, () => 'AB').join(':')

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

  it('keeps the edited schedule where both changed it, and says so', () => {
    const range = { days: [1], from: '09:00', to: '18:00', limit: null }
    const opened = editedFrom(defaultSettings)
    const timetable = [
      { key: 'new', days: [2], from: '08:00', to: '09:00', kind: 'pause', megabytes: '' },
    ] as const
    const edited = { ...opened, draft: { ...opened.draft, timetable } }
    const bandwidth = { limitBytesPerSecond: 2_000_000, timetable: [range] }
    const after = rebased(edited, with_({ bandwidth }))
    expect([...after.elsewhere.contested]).toEqual(['timetable'])
    expect(saved(after)?.bandwidth).toEqual({
      limitBytesPerSecond: 2_000_000,
      timetable: [{ days: [2], from: '08:00', to: '09:00', limit: 'pause' }],
    })
  })

  it('skips what either of two windows chose to skip, and no longer what either chose to send', () => {
    const opened = editedFrom(
      with_({ skipRules: { groups: ['raw'], empty: false, extensions: [], patterns: [] } }),
    )
    const skip = { ...opened.draft.skip, groups: ['video'] as const, extensions: 'tmp' }
    const after = rebased(
      { ...opened, draft: { ...opened.draft, skip } },
      with_({ skipRules: { groups: ['raw', 'document'], empty: true, extensions: [], patterns: ['.*'] } }),
    )
    expect([...after.elsewhere.contested]).toEqual([])
    expect(saved(after)?.skipRules).toEqual({
      groups: ['video', 'document'],
      empty: true,
      extensions: ['tmp'],
      patterns: ['.*'],
    })
  })

  it('keeps the edited list of extensions where both edited it, and says so', () => {
    const opened = editedFrom(defaultSettings)
    const skip = { ...opened.draft.skip, extensions: 'tmp' }
    const skipRules = { ...defaultSettings.skipRules, extensions: ['bak'] }
    const after = rebased({ ...opened, draft: { ...opened.draft, skip } }, with_({ skipRules }))
    expect([...after.elsewhere.contested]).toEqual(['skip.extensions'])
    expect(saved(after)?.skipRules?.extensions).toEqual(['tmp'])
  })

  it('sends only what was edited also where a saved address would be refused today', () => {
    const opened = editedFrom(with_({ servers: [{ ...studio, url: 'http://me:secret@studio' }] }))
    const servers = opened.draft.servers.map((server) => ({ ...server, url: 'http://studio' }))
    const { patch } = validateDraft({ ...opened.draft, servers })
    expect(patch && Object.keys(changesOf(patch, opened.settings))).toEqual(['servers'])
  })
})

describe('the servers of a draft', () => {
  const opened = editedFrom(with_({ servers: [studio] }))
  const edited = (part: Partial<ServerDraft>) => ({
    ...opened,
    draft: { ...opened.draft, servers: opened.draft.servers.map((server) => ({ ...server, ...part })) },
  })

  it('keep a token and a fingerprint that were given elsewhere while another field was edited here', () => {
    const newer = { ...studio, token: 'new', fingerprint }
    const after = rebased(edited({ name: 'Studio 2' }), with_({ servers: [newer] }))
    expect([...after.elsewhere.contested]).toEqual([])
    expect([...after.elsewhere.changed].sort()).toEqual([
      'servers.studio.fingerprint',
      'servers.studio.token',
    ])
    expect(saved(after)?.servers).toEqual([{ ...newer, name: 'Studio 2' }])
  })

  it('lose the pin that was removed elsewhere', () => {
    const pinned = editedFrom(with_({ servers: [{ ...studio, fingerprint }] }))
    const servers = pinned.draft.servers.map((server) => ({ ...server, name: 'Studio 2' }))
    const after = rebased({ ...pinned, draft: { ...pinned.draft, servers } }, with_({ servers: [studio] }))
    expect(saved(after)?.servers).toEqual([{ ...studio, name: 'Studio 2' }])
  })

  it('keep the own edit of a field that was edited here and there, and say so', () => {
    const after = rebased(edited({ token: 'mine' }), with_({ servers: [{ ...studio, token: 'theirs' }] }))
    expect([...after.elsewhere.contested]).toEqual(['servers.studio.token'])
    expect(saved(after)?.servers?.[0]?.token).toBe('mine')
  })

  it('gain the one that was added elsewhere, beside the one that was added here', () => {
    const added = { ...opened.draft.servers[0], id: 'mine', name: 'Mine' } as ServerDraft
    const here = { ...opened, draft: { ...opened.draft, servers: [...opened.draft.servers, added] } }
    const theirs = { ...studio, id: 'theirs', name: 'Theirs' }
    const after = rebased(here, with_({ servers: [studio, theirs] }))
    expect(saved(after)?.servers?.map(({ id }) => id)).toEqual(['studio', 'theirs', 'mine'])
    expect([...after.elsewhere.contested]).toEqual([])
  })

  it('lose the one that was removed elsewhere, unless it was edited here', () => {
    const gone = with_({ servers: [] })
    expect(rebased(opened, gone).draft.servers).toEqual([])
    const after = rebased(edited({ name: 'Studio 2' }), gone)
    expect(after.draft.servers.map(({ name }) => name)).toEqual(['Studio 2'])
    expect([...after.elsewhere.contested]).toEqual(['servers.studio'])
  })

  it('stay without the one that was removed here, and say so where it was changed elsewhere', () => {
    const removed = { ...opened, draft: { ...opened.draft, servers: [] } }
    expect([...rebased(removed, with_({ servers: [studio], theme: 'dark' })).elsewhere.contested]).toEqual([])
    const after = rebased(removed, with_({ servers: [{ ...studio, token: 'new' }] }))
    expect([after.draft.servers, [...after.elsewhere.contested]]).toEqual([[], ['servers.studio']])
  })

  it('never leave new uploads to one that is not among them', () => {
    const chosen = { ...opened, draft: { ...opened.draft, defaultServerId: 'studio' } }
    const gone = rebased(chosen, with_({ servers: [] }))
    expect(gone.draft.defaultServerId).toBe('bundled')
    const removed = { ...opened, draft: { ...opened.draft, servers: [] } }
    const after = rebased(removed, with_({ servers: [studio], defaultServerId: 'studio' }))
    expect(after.draft.defaultServerId).toBe('bundled')
    expect(after.elsewhere.contested).toContain('defaultServerId')
  })
})
