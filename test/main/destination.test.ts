/** Where files go at the server: a folder, names of a template, and names that are taken; nothing is ever replaced. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { type Destination, plainDestination } from '../../src/shared/destination.ts'
import { fingerprint } from '../crossing/photo-folder.ts'
import { serve } from '../crossing/programs.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, type WatchedClient } from './a-client.ts'

const to = (part: Partial<Destination>): Destination => ({ ...plainDestination, ...part })

async function scene() {
  const folder = temporaryFolder()
  const server = await serve(join(folder, 'data'))
  const open = (name = 'state') => openTestClient(join(folder, name), server)
  const stored = () => [...fingerprint(join(folder, 'data', 'uploads')).keys()].sort()
  return { folder, open, stored, server }
}

/** A file with this text, modified at noon (UTC) of a day. */
function put(path: string, text: string, day = '2026-06-13'): string {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  const time = new Date(`${day}T12:00:00Z`)
  utimesSync(path, time, time)
  return path
}

/** A JPEG as a camera writes it. */
async function photo(path: string, taken: string): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } })
  const exif = {
    IFD0: { Make: 'Canon', Model: 'Canon EOS R5' },
    IFD2: { DateTimeOriginal: taken, BodySerialNumber: '0815' },
  }
  await picture.withExif(exif).jpeg().toFile(path)
}

const statuses = ({ rows }: WatchedClient) => rows().map(({ state }) => state.status)
const done = (client: WatchedClient, count: number) =>
  expect.poll(() => statuses(client).filter((status) => status === 'done').length).toBe(count)

describe('files with a destination', () => {
  it('go to a folder of the library, as they lie in the drop', async () => {
    const { folder, open, stored } = await scene()
    const client = await open()
    put(join(folder, 'wedding/day 1/a.jpg'), 'a')
    await client.client.intake.addPaths([join(folder, 'wedding')], {
      destination: to({ folder: '2026/Li & Wang' }),
    })
    await done(client, 1)
    expect(stored()).toEqual(['2026/Li & Wang/wedding/day 1/a.jpg'])
    expect(client.rows()[0]?.relativePath).toBe('wedding/day 1/a.jpg')
  })

  it('get names of what the photo says; its sidecar and its clip go with it', async () => {
    const { folder, open, stored } = await scene()
    const client = await open()
    const card = join(folder, 'EOS_DIGITAL/DCIM')
    await photo(join(card, 'IMG_0001.jpg'), '2025:12:31 23:59:58')
    put(join(card, 'IMG_0001.xmp'), 'sidecar', '2026-02-02')
    put(join(card, 'IMG_0001.mov'), 'clip', '2026-02-02')
    await photo(join(card, 'IMG_0002.jpg'), '2026:01:01 00:00:01')
    const template = '{YYYY}/{MM}-{DD}/{camera} {serial}_{seq:3}'
    await client.client.intake.addPaths([join(folder, 'EOS_DIGITAL')], { destination: to({ template }) })
    await done(client, 4)
    expect(stored()).toEqual([
      '2025/12-31/Canon EOS R5 0815_001.jpg',
      '2025/12-31/Canon EOS R5 0815_001.mov',
      '2025/12-31/Canon EOS R5 0815_001.xmp',
      '2026/01-01/Canon EOS R5 0815_002.jpg',
    ])
  })

  it('never share a name that a template gives twice, and keep theirs over a restart', async () => {
    const { folder, open, stored } = await scene()
    const first = await open()
    for (const name of ['a', 'b', 'c']) put(join(folder, 'shoot', name, 'IMG_1.jpg'), name)
    const destination = to({ template: '{YYYY}/{name}' })
    const [batchId = ''] = await first.client.intake.addPaths([join(folder, 'shoot')], { destination })
    await done(first, 3)
    expect(stored()).toEqual(['2026/IMG_1-2.jpg', '2026/IMG_1-3.jpg', '2026/IMG_1.jpg'])
    const receipt = JSON.parse([...(await first.client.history.receipt(batchId, 'json')).parts].join(''))
    expect(new Set(receipt.stored.map((line: { originalPath: string }) => line.originalPath)).size).toBe(3)
    await first.client.stop()
    const second = await open()
    await second.client.queue.retry({ itemIds: second.rows().map(({ id }) => id) })
    await done(second, 3)
    expect(stored()).toHaveLength(3)
  })

  it('are refused before the start where the destination makes no sense', async () => {
    const { folder, open } = await scene()
    const client = await open()
    const path = put(join(folder, 'a.jpg'), 'a')
    const add = (part: Partial<Destination>) =>
      client.client.intake.addPaths([path], { destination: to(part) })
    await expect(add({ folder: '../elsewhere' })).rejects.toMatchObject({ code: 'bad-request' })
    await expect(add({ template: '{yyyy}/{name}' })).rejects.toThrow(/no token \{yyyy\}/)
    await expect(add({ template: '{camera}' })).rejects.toThrow(/same name/)
    expect(client.rows()).toEqual([])
  })

  it('go elsewhere once the person says so before the start, and so do later ones of that server', async () => {
    const { folder, open, stored } = await scene()
    const client = await open()
    put(join(folder, 'shoot/b.jpg'), 'b')
    put(join(folder, 'shoot/a.jpg'), 'a')
    await client.client.settings.change({
      bandwidth: {
        limitBytesPerSecond: null,
        timetable: [{ days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00', limit: 'pause' }],
      },
    })
    const [batchId = ''] = await client.client.intake.addPaths([join(folder, 'shoot')])
    await expect.poll(() => client.rows().length).toBe(2)
    const destination = to({ folder: 'studio', template: '{seq:2}' })
    const shown = await client.client.destinations.preview(destination, batchId)
    expect(shown).toEqual({
      problem: null,
      names: [
        { from: 'shoot/a.jpg', to: 'studio/01.jpg' },
        { from: 'shoot/b.jpg', to: 'studio/02.jpg' },
      ],
    })
    await client.client.destinations.set(batchId, destination)
    await client.client.settings.change({ bandwidth: { limitBytesPerSecond: null, timetable: [] } })
    await done(client, 2)
    expect(stored()).toEqual(['studio/01.jpg', 'studio/02.jpg'])
    await expect(client.client.destinations.set(batchId, to({}))).rejects.toThrow(/sent already/)
    await client.client.intake.addPaths([put(join(folder, 'c.jpg'), 'c')])
    await done(client, 3)
    expect(stored()).toHaveLength(3)
  })

  it('are copies apart from the originals under a preset', async () => {
    const { folder, open, stored } = await scene()
    const client = await open()
    await photo(join(folder, 'shoot/a.jpg'), '2026:01:01 00:00:01')
    await client.client.intake.addPaths([join(folder, 'shoot')], { destination: to({ folder: 'x' }) })
    await done(client, 1)
    await photo(join(folder, 'again/a.jpg'), '2026:01:01 00:00:02')
    await client.client.intake.addPaths([join(folder, 'again')], {
      presetId: 'avif',
      destination: to({ template: '{name}', copies: 'suffix' }),
    })
    await done(client, 2)
    expect(stored().some((path) => path === 'x/shoot/a.jpg')).toBe(true)
    expect(stored().some((path) => /^a_.+\.avif$/.test(path) || path === 'a.jpg')).toBe(true)
  }, 30_000)
})

describe('a name that is taken at the server', () => {
  it('by other bytes is kept beside it, or skipped and counted as not stored', async () => {
    const { folder, open, stored } = await scene()
    const client = await open()
    put(join(folder, 'one/IMG_0001.jpg'), 'first card')
    put(join(folder, 'two/IMG_0001.jpg'), 'another photo')
    put(join(folder, 'three/IMG_0001.jpg'), 'the third one')
    put(join(folder, 'same/IMG_0001.jpg'), 'first card')
    const add = (name: string, taken: Destination['taken']) =>
      client.client.intake.addPaths([join(folder, name)], { destination: to({ template: '{name}', taken }) })
    await add('one', 'skip')
    await done(client, 1)
    await add('two', 'skip')
    await expect.poll(() => statuses(client)).toEqual(['done', 'skipped'])
    expect(client.rows()[1]?.state).toMatchObject({ reason: { by: 'name-taken', path: 'IMG_0001.jpg' } })
    await add('same', 'skip')
    await done(client, 2)
    expect(stored()).toEqual(['IMG_0001.jpg'])
    await add('three', 'keep')
    await done(client, 3)
    expect(stored()).toEqual(['IMG_0001 (2).jpg', 'IMG_0001.jpg'])
    // As any file that was skipped, it is sent when the person wants it all the same.
    await client.client.queue.retry({ itemIds: [client.rows()[1]?.id ?? ''] })
    await done(client, 4)
    expect(stored()).toHaveLength(3)
  })

  it.each(['keep', 'skip'] as const)(
    'loses nothing under %s, with twenty clients at once',
    async (taken) => {
      const { folder, open, stored, server } = await scene()
      const clients = await Promise.all(Array.from({ length: 20 }, (_, index) => open(`state-${index}`)))
      await Promise.all(
        clients.map(({ client }, index) => {
          const path = put(join(folder, `card-${index}`, 'IMG_0001.jpg'), `photo ${index}`)
          return client.intake.addPaths([path], { destination: to({ template: '{name}', taken }) })
        }),
      )
      const ends = () => clients.map((client) => statuses(client)[0])
      await expect
        .poll(() => ends().every((status) => status === 'done' || status === 'skipped'), { timeout: 40_000 })
        .toBe(true)
      const sent = ends().filter((status) => status === 'done').length
      expect(server.port).toBeGreaterThan(0)
      expect(stored()).toHaveLength(sent)
      if (taken === 'keep') expect(sent).toBe(20)
      else expect(sent).toBeGreaterThan(0)
    },
    60_000,
  )
})
