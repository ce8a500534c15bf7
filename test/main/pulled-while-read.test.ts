import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Drops } from '../../src/main/client/drops.ts'
import { ItemDrives } from '../../src/main/client/item-drives.ts'
import { ParkedDrives } from '../../src/main/client/parked-drives.ts'
import { Drives } from '../../src/main/intake/drives.ts'
import { Journal } from '../../src/main/journal/journal.ts'
import { createConfStore } from '../../src/main/journal/json-store.ts'
import { recoveredBatch } from '../../src/main/queue/batch-list.ts'
import { ItemList } from '../../src/main/queue/item-list.ts'
import type { Volumes } from '../../src/main/volumes/volume.ts'
import { UploadError } from '../../src/shared/protocol/errors.ts'
import { noSkipRules } from '../../src/shared/skip-rules.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import type { WatchedClient } from './a-client.ts'
import { anItem } from './an-item.ts'
import { type Card, CardReader, driveScene, nowhere, photos } from './drives-scene.ts'

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

const aBatch = recoveredBatch(anItem({}))

/** A list with nothing on it. */
function emptyList(drives = new Drives(new CardReader(temporaryFolder()))) {
  const stateDir = temporaryFolder()
  const journal = new Journal({ stateDir, createStore: createConfStore, onWriteError: () => {} })
  const list = new ItemList(journal)
  return { list, journal, itemDrives: new ItemDrives(list, drives) }
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
      await expect.poll(() => lastBatch(watched)).toMatchObject({ awaitedDrives: ['CARD_1'], scanning: true })
      expect(watched.rows().length).toBeLessThan(many)
      expect(lastBatch(watched)).toMatchObject({ name: 'Wedding' })
      await watched.client.stop()
      const again = await open(nowhere)
      const moved = reader.plugIn(card, 'CARD_2')
      await expect.poll(() => lastBatch(again)).toMatchObject(isWhole)
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
    await expect.poll(() => lastBatch(watched)).toMatchObject({ awaitedDrives: ['CARD_1'] })
    const before = watched.rows().length
    expect([before > 0, before < many]).toEqual([true, true])
    reader.plugIn(card, 'UNTITLED')
    await expect.poll(() => lastBatch(watched)).toMatchObject(isWhole)
    expect(firstFolders(watched)).toEqual(new Set(['CARD_1/DCIM']))
  })

  it('was dropped by two links: its files are listed once, and its rest is read', async () => {
    const { folder, reader, open } = await driveScene()
    const card = reader.card('CARD_1', 'uuid:1', photos(many, 10))
    const place = reader.plugIn(card)
    for (const name of ['A', 'B']) symlinkSync(place, join(folder, name))
    const watched = await open(nowhere, { volumes: pulledAt(3, card, reader) })
    await watched.client.intake.addPaths([join(folder, 'A'), join(folder, 'B')])
    await expect.poll(() => lastBatch(watched)).toMatchObject({ awaitedDrives: ['CARD_1'] })
    reader.plugIn(card, 'CARD_2')
    await expect.poll(() => lastBatch(watched)).toMatchObject(isWhole)
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
    await expect.poll(() => lastBatch(watched)).toMatchObject({ awaitedDrives: ['CARD_1'] })
    const moved = reader.plugIn(card, 'CARD_2')
    await expect.poll(() => lastBatch(watched)).toMatchObject({ scanning: false, totals: { files: 2 } })
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
    await expect.poll(() => lastBatch(watched)?.awaitedDrives.toSorted()).toEqual(['CARD_1', 'CARD_2'])
    reader.plugIn(one, 'CARD_9')
    reader.plugIn(two)
    await expect
      .poll(() => lastBatch(watched))
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
    await expect.poll(() => watched.client.intake.survey(surveyId ?? '').phase).toBe('ready')
    reader.pullOut(card)
    await watched.client.intake.confirm(surveyId ?? '')
    await expect.poll(() => lastBatch(watched)).toMatchObject({ awaitedDrives: ['CARD_1'] })
    reader.plugIn(card)
    await expect.poll(() => lastBatch(watched)).toMatchObject({ scanning: false, totals: { files: 3 } })
    expect(watched.rows().every(({ state }) => state.status === 'queued')).toBe(true)
  })
})

describe('the patience for a card', () => {
  it('does not run out while other folders are read, and names what was not read to its end', async () => {
    const { list, itemDrives } = emptyList()
    const root = { root: '/media/CARD_1', name: 'CARD_1', mountPoint: '/media/CARD_1', id: 'uuid:1' }
    list.addBatch({ ...aBatch, unscannedPaths: ['/media/CARD_1'], drives: [root] })
    const [clock, reading] = [{ nowMs: 0 }, { now: true }]
    const parked = new ParkedDrives({
      ...{ list, itemDrives, clock, patienceMs: 1_000 },
      isUnderWay: () => false,
      isReading: () => reading.now,
      driveReturn: { tryAgain: async () => {}, stop: () => {} },
      onChange: () => {},
      onProblem: (thrown) => expect.fail(String(thrown)),
    })
    onTestFinished(() => parked.stop())
    const facts = { kind: 'drive-away', name: 'CARD_1' } as const
    const error = new UploadError('drive-away', 'Waiting', { facts })
    parked.addUnread(aBatch.id, [{ path: '/media/CARD_1', name: 'CARD_1', error }])
    const missedAt = async (nowMs: number) => {
      clock.nowMs = nowMs
      await parked.checkNow()
      return parked.missed
    }
    for (const nowMs of [0, 1_000, 9_000]) expect(await missedAt(nowMs)).toEqual([])
    reading.now = false
    for (const nowMs of [10_000, 10_999]) expect(await missedAt(nowMs)).toEqual([])
    expect(await missedAt(11_000)).toEqual(['CARD_1'])
  })
})

describe('a card that is back at the very moment at which its reading was cut short', () => {
  it('is read to its end', async () => {
    const reader = new CardReader(temporaryFolder())
    const card = reader.card('CARD_1', 'uuid:1', photos(many, 10))
    const place = reader.plugIn(card)
    const drives = new Drives(pulledAt(3, card, reader))
    const { list, journal, itemDrives } = emptyList(drives)
    let cutShort = 0
    const drops: Drops = new Drops({
      ...{ list, journal, drives: itemDrives },
      previews: { add: () => {}, confirm: () => {}, withdraw: () => {} },
      limits: () => ({ maxFileSize: null, skipRules: noSkipRules }),
      onItems: () => {},
      onAddedAgain: () => {},
      onCutShort: (batchId) => {
        cutShort++
        reader.plugIn(card)
        drops.resume(batchId)
      },
      onProblem: (thrown) => expect.fail(String(thrown)),
    })
    // What is still to be written must not meet a folder that is gone.
    onTestFinished(async () => {
      await drops.stop()
      await journal.save()
    })
    const roots = await drives.rootsOf([place])
    const plan = { preset: null, serverId: null, drives: roots, unscannedPaths: [place] }
    const batchId = drops.add([place], plan)
    await expect.poll(() => list.batch(batchId)?.unscannedPaths).toEqual([])
    expect(cutShort).toBe(1)
    expect(list.batchTotals(batchId)?.files).toBe(many)
  })
})
