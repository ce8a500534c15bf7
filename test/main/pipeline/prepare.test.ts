import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it, onTestFinished } from 'vitest'
import { endlessPatience } from '../../../src/main/client/client.ts'
import { ImagePool } from '../../../src/main/images/convert/image-pool.ts'
import { PayloadStore } from '../../../src/main/pipeline/payload-store.ts'
import { preparationOf } from '../../../src/main/pipeline/prepare.ts'
import { imageWorkerEntry } from '../../../src/main/program-files.ts'
import { presetSchema } from '../../../src/shared/presets.ts'
import { fingerprint } from '../../crossing/photo-folder.ts'
import { serve } from '../../crossing/programs.ts'
import { heic, writeHeic } from '../../heic/heics.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openTestClient } from '../a-client.ts'
import { anItem } from '../an-item.ts'
import { look, noise, writePhoto } from '../images/photos.ts'
import { hostileFolder, writeBomb } from './hostile-photos.ts'
import { folders, gallery, large, md5, notes, uploadAll } from './preset-scene.ts'

describe('a drop under a preset', () => {
  it('sends copies of photos and everything else as it is', async () => {
    const places = folders()
    const { source, stored } = places
    const raw = noise(3000, 2000)
    await writePhoto(source, 'IMG_1.JPG', { width: 3000, height: 2000, raw, orientation: 6 })
    await writePhoto(source, 'IMG_2.png', { width: 3000, height: 2000, raw, format: 'png' })
    writeHeic(source, 'IMG_3.HEIC', heic('photo'))
    for (const name of ['IMG_1.CR3', 'clip.mov', 'IMG_1.xmp']) writeFileSync(join(source, name), name)
    const watched = await uploadAll(gallery, places)
    await expect.poll(() => new Set(Object.values(watched.statuses()))).toEqual(new Set(['done']))
    expect(notes(watched)).toEqual({
      'IMG_1.JPG': 'converted',
      'IMG_2.png': 'converted',
      'IMG_1.CR3': 'raw',
      'IMG_3.HEIC': 'converted',
      'clip.mov': 'video',
      'IMG_1.xmp': 'no-photo',
    })
    const sizeOf = async (name: string) => {
      const { width, height } = await sharp(join(stored, 'in', name)).metadata()
      return [width, height]
    }
    expect(await sizeOf('IMG_1.JPG')).toEqual([1707, 2560])
    expect(await sizeOf('IMG_2.jpg')).toEqual([2560, 1707])
    expect(await sizeOf('IMG_3.jpg')).toEqual([96, 64])
    expect(readFileSync(join(stored, 'in', 'IMG_1.CR3'), 'utf8')).toBe('IMG_1.CR3')
    expect(
      Math.abs(
        statSync(join(stored, 'in', 'IMG_2.jpg')).mtimeMs - statSync(join(source, 'IMG_2.png')).mtimeMs,
      ),
    ).toBeLessThan(2)
    expect(watched.row('IMG_2.png').size).toBe(statSync(join(stored, 'in', 'IMG_2.jpg')).size)
    const statuses = watched.events.flatMap(({ items }) => items.map(({ state }) => state.status))
    expect(statuses).toContain('preparing')
    expect(readdirSync(places.payloads)).toEqual([])
  })

  it('is not made of a photo that changed while it was read', async () => {
    const places = folders()
    const path = await writePhoto(places.source, 'a.jpg', large)
    const pool = new ImagePool({ entry: imageWorkerEntry, nodePath: process.execPath }, { processes: 1 })
    onTestFinished(() => pool.close())
    const imagePool: Pick<ImagePool, 'convert'> = {
      convert: async (...given) => {
        const result = await pool.convert(...given)
        appendFileSync(path, 'more')
        return result
      },
    }
    const { size, mtimeMs } = statSync(path)
    const item = anItem({ sourcePath: path, relativePath: 'in/a.jpg', size, mtimeMs })
    const payloads = new PayloadStore(places.state)
    if (gallery === null) throw new Error('no preset')
    const tools = { imagePool: imagePool as ImagePool, payloads }
    const prepared = preparationOf(item, gallery, new AbortController().signal, tools)
    await expect(prepared).rejects.toMatchObject({ code: 'source-changed' })
    expect(readdirSync(places.payloads)).toEqual([])
  })

  it('goes by the settings of the moment at which it was dropped', async () => {
    const places = folders()
    const server = await serve(join(places.folder, 'data'))
    const { client, statuses } = await openTestClient(places.state, server)
    const dropOne = async (name: string) => {
      await client.intake.addPaths([await writePhoto(places.folder, name, large)])
      await expect.poll(() => statuses()[name]).toBe('done')
      return statSync(join(places.stored, name)).size
    }
    const original = await dropOne('original.jpg')
    await client.settings.change({ preset: 'proof' })
    const proof = await dropOne('proof.jpg')
    await client.settings.change({ quality: 0.3 })
    const rough = await dropOne('rough.jpg')
    expect(original).toBe(statSync(join(places.folder, 'original.jpg')).size)
    expect(proof).toBeLessThan(original)
    expect(rough).toBeLessThan(proof)
  })

  it('that came through the page is prepared too, and leaves neither copy behind', async () => {
    const places = folders()
    const server = await serve(join(places.folder, 'data'))
    const { client } = await openTestClient(places.state, server, endlessPatience, { preset: gallery })
    const drop = await client.intake.openInbox('Dropped')
    await drop.add('Dropped/a.png', await writePhoto(drop.folder, '1', { ...large, format: 'png' }))
    await drop.close()
    await client.whenIdle()
    await client.stop()
    expect(readdirSync(join(places.stored, 'Dropped'))).toEqual(['a.jpg'])
    expect(readdirSync(places.payloads)).toEqual([])
    expect(existsSync(join(drop.folder, '1'))).toBe(false)
  })

  it('keeps both where two originals come to the same name', async () => {
    const places = folders()
    await writePhoto(places.source, 'IMG_1.jpg', large)
    await writePhoto(places.source, 'IMG_1.png', {
      ...large,
      format: 'png',
      raw: Buffer.from(large.raw).reverse(),
    })
    await uploadAll(gallery, places)
    expect(readdirSync(join(places.stored, 'in')).sort()).toEqual(['IMG_1 (2).jpg', 'IMG_1.jpg'])
  })

  it('sends the original where a copy would be larger, but never its place against the person’s will', async () => {
    const places = folders()
    const photo = await writePhoto(temporaryFolder(), 'small.jpg', { width: 200, height: 100 })
    await sharp(photo).keepMetadata().jpeg({ quality: 20 }).toFile(join(places.source, 'small.jpg'))
    const finest = presetSchema.parse({ name: 'finest', quality: 1 })
    const watched = await uploadAll(finest, places)
    expect(notes(watched)).toEqual({ 'small.jpg': 'would-be-larger' })
    expect(md5(join(places.stored, 'in', 'small.jpg'))).toBe(md5(join(places.source, 'small.jpg')))
    const placeless = await uploadAll(
      { ...finest, keepLocation: false },
      { ...places, folder: temporaryFolder() },
    )
    expect(notes(placeless)).toEqual({ 'small.jpg': 'converted' })
  })

  it('sends the original where a copy would lack something of it', async () => {
    const places = folders()
    const path = await writePhoto(temporaryFolder(), 'edited.png', { ...large, format: 'png' })
    // More than the one segment of 64 KiB that a JPEG has for it.
    const history = `<x:xmpmeta xmlns:x="adobe:ns:meta/">${'brush '.repeat(20_000)}</x:xmpmeta>`
    await sharp(path).keepMetadata().withXmp(history).png().toFile(join(places.source, 'edited.png'))
    const watched = await uploadAll(gallery, places)
    expect(notes(watched)).toEqual({ 'edited.png': 'not-faithful' })
    expect(md5(join(places.stored, 'in', 'edited.png'))).toBe(md5(join(places.source, 'edited.png')))
  })

  it('converts only the formats that it names', async () => {
    const places = folders()
    await writePhoto(places.source, 'a.jpg', large)
    writeHeic(places.source, 'b.heic', heic('photo'))
    const watched = await uploadAll(presetSchema.parse({ name: 'phones', convert: ['heic'] }), places)
    expect(notes(watched)).toEqual({ 'a.jpg': 'left-alone', 'b.heic': 'converted' })
  })

  it('takes the place out of originals that it leaves alone, and says so where it cannot', async () => {
    const places = folders()
    const photo = await writePhoto(places.source, 'a.jpg', large)
    for (const name of ['b.CR3', 'c.xmp', 'd.txt']) writeFileSync(join(places.source, name), name)
    await sharp(large.raw, { raw: { ...large, channels: 3 } }).toFile(join(places.source, 'e.jpg'))
    const preset = presetSchema.parse({ name: 'phones', convert: ['heic'], keepLocation: false })
    const { row } = await uploadAll(preset, places)
    const kept = { kind: 'original-kept' } as const
    expect(row('a.jpg').note).toEqual({ ...kept, reason: 'left-alone', place: 'removed' })
    expect(row('b.CR3').note).toEqual({ ...kept, reason: 'raw', place: 'may-be-told' })
    expect(row('c.xmp').note).toEqual({ ...kept, reason: 'no-photo', place: 'may-be-told' })
    expect(row('d.txt').note).toEqual({ ...kept, reason: 'no-photo' })
    expect(row('e.jpg').note).toEqual({ ...kept, reason: 'left-alone' })
    const stored = await look(join(places.stored, 'in', 'a.jpg'))
    expect(stored.tags?.GPSInfo).toBeUndefined()
    expect(stored.xmp).not.toContain('GPS')
    expect(stored.tags?.Image?.Make).toBe('Ferry')
    const pixelsOf = (path: string) => sharp(path).raw().toBuffer()
    expect(await pixelsOf(join(places.stored, 'in', 'a.jpg'))).toEqual(await pixelsOf(photo))
    expect(readdirSync(places.payloads)).toEqual([])
  })

  it('is not stopped by hostile files, whose originals arrive byte for byte', async () => {
    const places = folders()
    const hostile = await hostileFolder(places.folder)
    await writePhoto(hostile, 'zz-good.jpg', large)
    const bomb = await writeBomb(places.folder)
    const watched = await uploadAll(gallery, places, [hostile, bomb])
    const { 'pipe.jpg': pipe, ...others } = watched.statuses()
    if (pipe !== undefined) expect(pipe).toBe('failed')
    expect(new Set(Object.values(others))).toEqual(new Set(['done', 'empty']))
    expect(others['empty.jpg']).toBe('empty')
    expect(notes(watched)).toMatchObject({
      'giant.png': 'too-many-pixels',
      'page.jpg': 'mislabelled',
      'scan.png': 'mislabelled',
      'cut-5.jpg': 'damaged',
      'cut-5.heic': 'damaged',
      'a-picture-of-65,535-by-65,535.heic': 'too-many-pixels',
      'zz-good.jpg': 'converted',
    })
    const stored = fingerprint(join(places.stored, 'hostile'))
    const sources = [...fingerprint(hostile)].filter(
      ([name]) => watched.row(name).note?.kind === 'original-kept',
    )
    expect(sources.length).toBeGreaterThan(30)
    for (const [name, print] of sources) expect([name, stored.get(name)]).toEqual([name, print])
    expect(readdirSync(places.payloads)).toEqual([])
  })

  it('fails what cannot be converted where the preset says so, and sends RAW files all the same', async () => {
    const places = folders()
    for (const name of ['page.jpg', 'IMG_1.nef', 'IMG_2.heic']) writeFileSync(join(places.source, name), 'x')
    const strict = presetSchema.parse({ name: 'strict', whenUnconvertible: 'fail' })
    const { statuses, row } = await uploadAll(strict, places)
    await expect.poll(statuses).toEqual({ 'IMG_1.nef': 'done', 'page.jpg': 'failed', 'IMG_2.heic': 'failed' })
    expect(row('page.jpg').state).toMatchObject({ error: { code: 'not-convertible' } })
  })

  it('goes on when a photo takes the converter down', async () => {
    const places = folders()
    const photo = await writePhoto(places.folder, 'photo.jpg', large)
    for (const name of ['a.jpg', 'b-segv.jpg', 'c.jpg']) copyFileSync(photo, join(places.source, name))
    const server = await serve(join(places.folder, 'data'))
    const entry = new URL('../images/unruly-worker.ts', import.meta.url)
    const more = { preset: gallery, imageWorker: { entry, nodePath: process.execPath } }
    const watched = await openTestClient(places.state, server, endlessPatience, more)
    await watched.client.intake.addPaths([places.source])
    await watched.client.whenIdle()
    await expect
      .poll(() => notes(watched))
      .toEqual({ 'a.jpg': 'converted', 'b-segv.jpg': 'crashed', 'c.jpg': 'converted' })
    expect(md5(join(places.stored, 'in', 'b-segv.jpg'))).toBe(md5(photo))
  })
})
