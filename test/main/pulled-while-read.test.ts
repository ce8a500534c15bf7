import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Volumes } from '../../src/main/volumes/volume.ts'
import type { WatchedClient } from './a-client.ts'
import { type Card, type CardReader, driveScene, nowhere, photos, soon } from './drives-scene.ts'

/** The volumes of a reader from which a card is pulled out when they are asked for a place the `time`th time. */
function pulledAt(time: number, card: Card, reader: CardReader): Volumes {
  let asked = 0
  return {
    list: () => reader.list(),
    at: (path) => {
      if (++asked === time) reader.pullOut(card)
      return reader.at(path)
    },
  }
}

/** What the feed says of the batch that changed last. */
const lastBatch = ({ events }: WatchedClient) => events.flatMap(({ batches }) => batches).at(-1)
const sources = ({ client, rows }: WatchedClient) =>
  rows().map(({ id }) => client.files.details(id).sourcePath)
const firstFolders = ({ rows }: WatchedClient) =>
  new Set(rows().map(({ relativePath }) => relativePath.split('/').slice(0, -1).join('/')))

/** More files than are listed at once, so that some are on the list when the card is pulled out. */
const many = 620
const isWhole = { awaitedDrives: [], scanning: false, totals: { files: many } }

describe('a card that is pulled out while its folders are read', () => {
  it.each([
    ['the card', ''],
    ['a folder on the card', 'DCIM'],
  ])(
    'was dropped as a link to %s: the rest is read elsewhere, under the name of the link',
    async (_to, below) => {
      const { folder, reader, open } = await driveScene()
      const card = reader.card('CARD_1', 'uuid:1', photos(many, 10))
      const place = reader.plugIn(card)
      const link = join(folder, 'Wedding')
      symlinkSync(join(place, below), link)
      const watched = await open(nowhere, { volumes: pulledAt(3, card, reader) })
      await watched.client.intake.addPaths([link])
      await expect
        .poll(() => lastBatch(watched), soon)
        .toMatchObject({ awaitedDrives: ['CARD_1'], scanning: true })
      expect(watched.rows().length).toBeLessThan(many)
      expect(lastBatch(watched)).toMatchObject({ name: 'Wedding' })
      await watched.client.stop()
      const again = await open(nowhere)
      const moved = reader.plugIn(card, 'CARD_2')
      await expect.poll(() => lastBatch(again), soon).toMatchObject(isWhole)
      expect(sources(again).every((path) => path.startsWith(moved))).toBe(true)
      expect(new Set(sources(again)).size).toBe(many)
      expect(firstFolders(again)).toEqual(new Set([below === '' ? 'Wedding/DCIM' : 'Wedding']))
    },
  )

  it('and comes back under another name keeps its files in one folder', async () => {
    const { reader, open } = await driveScene()
    const card = reader.card('CARD_1', 'uuid:1', photos(many, 10))
    const watched = await open(nowhere, { volumes: pulledAt(3, card, reader) })
    await watched.client.intake.addPaths([reader.plugIn(card)])
    await expect.poll(() => lastBatch(watched), soon).toMatchObject({ awaitedDrives: ['CARD_1'] })
    const before = watched.rows().length
    expect([before > 0, before < many]).toEqual([true, true])
    reader.plugIn(card, 'UNTITLED')
    await expect.poll(() => lastBatch(watched), soon).toMatchObject(isWhole)
    expect(firstFolders(watched)).toEqual(new Set(['CARD_1/DCIM']))
  })

  it('was dropped by two links: its files are listed once, and its rest is read', async () => {
    const { folder, reader, open } = await driveScene()
    const card = reader.card('CARD_1', 'uuid:1', photos(many, 10))
    const place = reader.plugIn(card)
    for (const name of ['A', 'B']) symlinkSync(place, join(folder, name))
    const watched = await open(nowhere, { volumes: pulledAt(3, card, reader) })
    await watched.client.intake.addPaths([join(folder, 'A'), join(folder, 'B')])
    await expect.poll(() => lastBatch(watched), soon).toMatchObject({ awaitedDrives: ['CARD_1'] })
    reader.plugIn(card, 'CARD_2')
    await expect.poll(() => lastBatch(watched), soon).toMatchObject(isWhole)
    expect(new Set(sources(watched)).size).toBe(many)
  })

  it('was dropped as links to single files: they are waited for, and nothing of them is red', async () => {
    const { folder, reader, open } = await driveScene()
    const card = reader.card('CARD_1', 'uuid:1', photos(2))
    const place = reader.plugIn(card)
    const links = [0, 1].map((index) => join(folder, `picked ${index}.jpg`))
    for (const [index, link] of links.entries()) symlinkSync(join(place, 'DCIM', `IMG_${index}.jpg`), link)
    const watched = await open(nowhere, { volumes: pulledAt(2, card, reader) })
    await watched.client.intake.addPaths(links)
    await expect.poll(() => lastBatch(watched), soon).toMatchObject({ awaitedDrives: ['CARD_1'] })
    const moved = reader.plugIn(card, 'CARD_2')
    await expect.poll(() => lastBatch(watched), soon).toMatchObject({ scanning: false, totals: { files: 2 } })
    expect(watched.rows().map(({ relativePath }) => relativePath)).toEqual(['picked 0.jpg', 'picked 1.jpg'])
    expect(watched.rows().every(({ state }) => state.status === 'queued')).toBe(true)
    expect(sources(watched).every((path) => path.startsWith(moved))).toBe(true)
  })

  it('lies within the folder that was dropped: it alone is waited for, each card by its own name', async () => {
    const { folder, reader, open } = await driveScene()
    const [one, two] = ['CARD_1', 'CARD_2'].map((name) => reader.card(name, `uuid:${name}`, photos(40, 10)))
    if (!one || !two) throw new Error('no cards')
    mkdirSync(join(folder, 'media'), { recursive: true })
    for (const card of [one, two]) reader.plugIn(card)
    const watched = await open(nowhere)
    const add = watched.client.intake.addPaths([join(folder, 'media')])
    await add
    for (const card of [one, two]) reader.pullOut(card)
    await expect.poll(() => lastBatch(watched)?.awaitedDrives.toSorted(), soon).toEqual(['CARD_1', 'CARD_2'])
    reader.plugIn(one, 'CARD_9')
    reader.plugIn(two)
    await expect
      .poll(() => lastBatch(watched), soon)
      .toMatchObject({ awaitedDrives: [], scanning: false, totals: { files: 80 } })
    expect(firstFolders(watched)).toEqual(new Set(['media/CARD_1/DCIM', 'media/CARD_2/DCIM']))
    expect(watched.rows().every(({ state }) => state.status === 'queued')).toBe(true)
  })
})

describe('a card that is pulled out while its drop is reviewed', () => {
  it('is waited for once the drop is confirmed', async () => {
    const { reader, open } = await driveScene()
    const card = reader.card('CARD_1', 'uuid:1', photos(3))
    const watched = await open(nowhere)
    await watched.client.settings.change({ reviewDrops: 'always' })
    const { surveyId } = await watched.client.intake.add([reader.plugIn(card)])
    await expect.poll(() => watched.client.intake.survey(surveyId ?? '').phase, soon).toBe('ready')
    reader.pullOut(card)
    await watched.client.intake.confirm(surveyId ?? '')
    await expect.poll(() => lastBatch(watched), soon).toMatchObject({ awaitedDrives: ['CARD_1'] })
    reader.plugIn(card)
    await expect.poll(() => lastBatch(watched), soon).toMatchObject({ scanning: false, totals: { files: 3 } })
    expect(watched.rows().every(({ state }) => state.status === 'queued')).toBe(true)
  })
})
