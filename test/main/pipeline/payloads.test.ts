import { appendFileSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { endlessPatience } from '../../../src/main/client/client.ts'
import { isUnchecked, uploadItemSchema } from '../../../src/shared/upload.ts'
import { pacingProxy } from '../../crossing/pacing-proxy.ts'
import { serve } from '../../crossing/programs.ts'
import { heic, writeHeic } from '../../heic/heics.ts'
import { openTestClient } from '../a-client.ts'
import { anItem } from '../an-item.ts'
import { noise, writePhoto } from '../images/photos.ts'
import { folders, gallery, large, md5, notes, uploadAll } from './preset-scene.ts'

describe('a copy', () => {
  /** Stops a client in the middle of sending copies of three photos. */
  async function interrupted() {
    const places = folders()
    const server = await serve(join(places.folder, 'data'), { args: ['--chunk-size', String(1 << 16)] })
    for (const [index, name] of ['a.jpg', 'b.jpg'].entries()) {
      await writePhoto(places.source, name, { ...large, raw: noise(1600, 1200, index + 2) })
    }
    writeHeic(places.source, 'c.heic', heic('meadow-with-thumbnail'))
    const proxy = await pacingProxy(server.port, 300_000)
    const first = await openTestClient(places.state, { ...server, url: proxy.url }, endlessPatience, {
      preset: gallery,
    })
    await first.client.intake.addPaths([places.source])
    await proxy.reached
    return { places, server, proxy, first }
  }
  const copiesIn = (folder: string) =>
    readdirSync(folder).map((name) => {
      const { ino, size, mtimeMs } = statSync(join(folder, name))
      return { digest: md5(join(folder, name)), ino, size, mtimeMs }
    })

  it('outlives a restart in the middle of its batch bit for bit, and goes when its file is done', async () => {
    const { places, server, proxy, first } = await interrupted()
    const converted = { 'a.jpg': 'converted', 'b.jpg': 'converted', 'c.heic': 'converted' }
    await expect.poll(() => notes(first)).toEqual(converted)
    await first.client.stop()
    proxy.release()
    const copies = copiesIn(places.payloads)
    writeFileSync(join(places.payloads, 'left-behind.part'), 'x')
    const held = await pacingProxy(server.port, 100_000)
    const slow = { ...server, url: held.url }
    const second = await openTestClient(places.state, slow, endlessPatience, { preset: null })
    expect(copiesIn(places.payloads)).toEqual(copies)
    await held.reached
    // It goes on by now, with the very files: made anew, they would have other numbers.
    const left = copiesIn(places.payloads)
    expect(left.length).toBeGreaterThan(0)
    expect(copies).toEqual(expect.arrayContaining(left))
    held.release()
    await second.client.whenIdle()
    await expect.poll(second.statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'done', 'c.heic': 'done' })
    const stored = readdirSync(join(places.stored, 'in')).map((name) => md5(join(places.stored, 'in', name)))
    expect(stored.sort()).toEqual(copies.map(({ digest }) => digest).sort())
    await second.client.stop()
    expect(readdirSync(places.payloads)).toEqual([])
  })

  it('is made of the next photos while one is sent, and no more are sent at once than may be', async () => {
    const places = folders()
    const server = await serve(join(places.folder, 'data'), { args: ['--chunk-size', String(1 << 16)] })
    for (const name of ['a.jpg', 'b.jpg', 'c.jpg']) await writePhoto(places.source, name, large)
    const proxy = await pacingProxy(server.port, 100_000)
    const slow = { ...server, url: proxy.url }
    const watched = await openTestClient(places.state, slow, endlessPatience, { preset: gallery })
    await watched.client.settings.change({ parallelFiles: 1 })
    await watched.client.intake.addPaths([places.source])
    await proxy.reached
    await expect.poll(() => notes(watched)).toMatchObject({ 'a.jpg': 'converted', 'b.jpg': 'converted' })
    const onTheirWay = () => Object.values(watched.statuses()).filter((status) => status === 'uploading')
    await expect.poll(onTheirWay).toHaveLength(1)
    proxy.release()
    await watched.client.whenIdle()
    await expect.poll(watched.statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'done', 'c.jpg': 'done' })
  })

  it('is made anew when its original was changed meanwhile', async () => {
    const { places, server, proxy, first } = await interrupted()
    await first.client.stop()
    proxy.release()
    await writePhoto(places.source, 'b.jpg', { width: 500, height: 400, raw: noise(500, 400) })
    const second = await openTestClient(places.state, server, endlessPatience)
    await second.client.whenIdle()
    await expect.poll(second.statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'done', 'c.heic': 'done' })
    expect((await sharp(join(places.stored, 'in', 'b.jpg')).metadata()).width).toBe(500)
  })

  it('is made again when somebody has changed it, so that no other bytes are sent for it', async () => {
    const { places, server, proxy, first } = await interrupted()
    await expect.poll(() => readdirSync(places.payloads).length).toBe(3)
    await first.client.stop()
    proxy.release()
    const [name = ''] = readdirSync(places.payloads)
    appendFileSync(join(places.payloads, name), 'more')
    const tampered = md5(join(places.payloads, name))
    const second = await openTestClient(places.state, server, endlessPatience)
    await second.client.whenIdle()
    await expect.poll(second.statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'done', 'c.heic': 'done' })
    const stored = readdirSync(join(places.stored, 'in')).map((file) => md5(join(places.stored, 'in', file)))
    expect(stored).toHaveLength(3)
    expect(stored).not.toContain(tampered)
  })

  it('goes when its file is canceled', async () => {
    const { places, proxy, first } = await interrupted()
    await first.client.queue.cancel({ all: true })
    proxy.release()
    await expect.poll(() => readdirSync(places.payloads)).toEqual([])
    expect(existsSync(join(places.source, 'a.jpg'))).toBe(true)
  })

  it('is made when a file that is done is added again under a preset', async () => {
    const places = folders()
    await writePhoto(places.source, 'a.png', { ...large, format: 'png' })
    const server = await serve(join(places.folder, 'data'))
    const plain = await uploadAll(null, places, [places.source], server)
    expect(notes(plain)).toEqual({ 'a.png': undefined })
    const converted = await uploadAll(gallery, places, [places.source], server)
    await expect.poll(() => notes(converted)).toEqual({ 'a.png': 'converted' })
    expect(readdirSync(join(places.stored, 'in')).sort()).toEqual(['a.jpg', 'a.png'])
  })
})

describe('the journal of an earlier version', () => {
  it('is read as it is: its files go without a preset', () => {
    const { preset, payload, note, sha256, ...older } = anItem()
    expect(uploadItemSchema.parse(older)).toEqual(anItem())
  })

  it('is read without what was seen of a source, and a file that was stored then holds up no batch', () => {
    const done = { status: 'done', md5: 'm', url: 'u', finishedAtMs: 5 } as const
    const item = anItem({ state: done })
    const { ctimeMs, inode, seenAtMs, checkedAtMs, sourceGone, changedAtMs, ...older } = item
    expect(uploadItemSchema.parse(older)).toEqual(item)
    expect(isUnchecked(item)).toBe(false)
    const seen = { ...item, seenAtMs: 1 }
    expect(isUnchecked(seen)).toBe(true)
    expect(isUnchecked({ ...seen, checkedAtMs: 6 })).toBe(false)
    expect(isUnchecked({ ...seen, sourceGone: true })).toBe(false)
    expect(isUnchecked({ ...seen, staged: true })).toBe(false)
  })
})
