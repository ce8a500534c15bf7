import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createDispatch, type Host } from '../../src/main/client/commands.ts'
import type { CommandName } from '../../src/shared/ipc.ts'
import { presetIds, presetSchema } from '../../src/shared/presets.ts'
import type { Settings } from '../../src/shared/settings.ts'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient } from './a-client.ts'
import { writePhoto } from './images/photos.ts'
import { folders, notes } from './pipeline/preset-scene.ts'

const blog = presetSchema.parse({ name: 'Blog', format: 'webp', longEdge: 100 })

/** A client under the window's commands, at a server that is not there unless one is given. */
async function aWindow(state = temporaryFolder(), server = { url: 'http://127.0.0.1:9', token: '' }) {
  const watched = await openTestClient(state, server)
  const dispatch = createDispatch(watched.client, {} as Host)
  const answer = async <Value>(name: CommandName, input: unknown): Promise<Value> => {
    const reply = await dispatch(name, input)
    if (!reply.ok) throw new Error(`${reply.error.code}: ${reply.error.message}`)
    return reply.value as Value
  }
  return { ...watched, answer }
}

describe('presets of a person’s own', () => {
  it('are kept over a restart, changed and removed', async () => {
    const state = temporaryFolder()
    const first = await aWindow(state)
    const { id } = await first.answer<{ id: string }>('presets.save', { id: null, preset: blog })
    await first.answer('presets.save', { id, preset: { ...blog, longEdge: 200 } })
    await first.answer('settings.set', { preset: id })
    await first.client.stop()
    const second = await aWindow(state)
    const kept = await second.answer<Settings>('settings.get', {})
    expect(kept).toMatchObject({ preset: id, ownPresets: [{ ...blog, id, longEdge: 200 }] })
    const left = await second.answer<Settings>('presets.remove', { id })
    expect(left).toMatchObject({ preset: 'original', ownPresets: [] })
  })

  it('may change what comes with PhotoFerry, which can be reset', async () => {
    const { answer } = await aWindow()
    const preset = { ...blog, longEdge: 1200 }
    const { settings } = await answer<{ settings: Settings }>('presets.save', { id: 'proof', preset })
    expect(settings.ownPresets).toEqual([{ ...preset, id: 'proof', name: 'proof' }])
    expect(await answer<Settings>('presets.remove', { id: 'proof' })).toMatchObject({ ownPresets: [] })
  })

  it.each([
    ['presets.save', { id: null, preset: { ...blog, name: 'Proof' } }, /bad-request.*named Proof already/],
    ['presets.save', { id: null, preset: { ...blog, name: ' bLOG ' } }, /bad-request.*already/],
    ['presets.save', { id: null, preset: { ...blog, name: '  ' } }, /bad-request.*name/],
    ['presets.save', { id: null, preset: { ...blog, qualty: 1 } }, /bad-request.*qualty/],
    ['presets.save', { id: null, preset: { ...blog, name: 'x', convert: [] } }, /bad-request.*convert/],
    ['presets.save', { id: 'original', preset: blog }, /bad-request/],
    ['presets.save', { id: 'gone', preset: blog }, /not-found/],
    ['presets.remove', { id: 'gone' }, /not-found/],
    ['intake.add', { paths: ['/nowhere'], presetId: 'gone' }, /not-found.*Choose another/],
    ['batch.setPreset', { batchId: 'gone', presetId: 'proof' }, /not-found.*batch/],
  ] as const)('are refused with one sentence: %s %j', async (name, input, words) => {
    const { answer } = await aWindow()
    await answer('presets.save', { id: null, preset: blog })
    await expect(answer(name, input)).rejects.toThrow(words)
  })
})

describe('the preset', () => {
  it('can be chosen for each drop, whatever the settings say', async () => {
    const places = folders()
    const server = await serve(join(places.folder, 'data'))
    const window = await aWindow(places.state, server)
    const photo = await writePhoto(places.folder, 'a.png', { format: 'png' })
    const { id } = await window.answer<{ id: string }>('presets.save', { id: null, preset: blog })
    await window.answer('settings.set', { preset: 'proof' })
    await window.answer('intake.add', { paths: [photo], presetId: id })
    await window.client.whenIdle()
    await expect
      .poll(() => window.row('a.png').state)
      .toMatchObject({ url: expect.stringMatching(/a\.webp$/) })
    const batches = window.events.flatMap((event) => event.batches)
    expect(batches.at(-1)?.presetName).toBe('Blog')
    const { totals } = window.events.at(-1)?.overview ?? {}
    const { note, size } = window.row('a.png')
    expect(note?.kind === 'converted' && note.originalSize - size).toBe(totals?.bytesSaved)
    expect(totals?.bytesSaved).toBeGreaterThan(0)
  })

  it('of a batch can be changed for files on which no work has begun', async () => {
    const places = folders()
    const server = await serve(join(places.folder, 'data'))
    const window = await aWindow(places.state, server)
    const path = await writePhoto(places.source, 'a.png', { format: 'png' })
    const { batchIds } = await window.answer<{ batchIds: string[] }>('intake.add', { paths: [path] })
    const [batchId] = batchIds
    await window.client.whenIdle()
    await expect.poll(() => window.statuses()).toEqual({ 'a.png': 'done' })
    const late = await window.answer('batch.setPreset', { batchId, presetId: 'webp' })
    expect(late).toEqual({ following: 0, keeping: 1 })
    expect(notes(window)).toEqual({ 'a.png': undefined })
    const waiting = await aWindow()
    const drop = await waiting.client.intake.openInbox('Later')
    await drop.add('Later/b.png', await writePhoto(drop.folder, 'b.png', { format: 'png' }))
    await waiting.client.queue.pause({ all: true })
    const change = { batchId: drop.batchId, presetId: 'webp' }
    expect(await waiting.answer('batch.setPreset', change)).toEqual({ following: 1, keeping: 0 })
    // Once more changes nothing, and is as true.
    expect(await waiting.answer('batch.setPreset', change)).toEqual({ following: 1, keeping: 0 })
    await expect.poll(() => waiting.events.flatMap(({ batches }) => batches).at(-1)?.presetName).toBe('webp')
  })

  it('that was the usual one and is not known any more lets files go as they are', async () => {
    const { answer, client } = await aWindow()
    await answer('settings.set', { preset: 'of-another-version' })
    await expect(client.intake.addPaths(['/nowhere'])).resolves.toHaveLength(1)
    expect(presetIds).not.toContain(client.settings.current.preset)
  })
})
