import { createHash } from 'node:crypto'
import {
  appendFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { type ClientOptions, endlessPatience } from '../../src/main/client/client.ts'
import { linuxTraits } from '../../src/main/intake/file-system.ts'
import type { ItemRow } from '../../src/shared/feed.ts'
import { start } from '../server/harness.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, type WatchedClient, writeFiles } from './a-client.ts'
import { plainCsv } from './plain-csv.ts'

const md5 = (path: string) => createHash('md5').update(readFileSync(path)).digest('hex')
const still = { stillSeconds: 1 }

/** Bursts 3 s apart for 30 s, and 20 MB/s for 10 s, where the environment asks for it; a fifth of that, and less, else. */
const pace =
  process.env.PHOTOFERRY_TEST_REAL_TIME === undefined
    ? { stillSeconds: 3, burstsMs: 600, bursts: 8, burstBytes: 10_000, steadyBursts: 40 }
    : { stillSeconds: 5, burstsMs: 3_000, bursts: 10, burstBytes: 1_000_000, steadyBursts: 200 }

/** A folder with files, a server in this process, and clients on one state folder. */
async function aScene(files: Readonly<Record<string, number>>, options: Partial<ClientOptions> = {}) {
  const folder = temporaryFolder()
  const { server, dataDir } = await start({ args: ['--chunk-size', String(1 << 20)] })
  const source = writeFiles(join(folder, 'in'), files)
  const address = { url: server.url, token: server.token ?? '' }
  const openAt = (at: typeof address) => openTestClient(join(folder, 'state'), at, endlessPatience, options)
  const [open, openAway] = [() => openAt(address), () => openAt({ ...address, url: 'http://127.0.0.1:9' })]
  const stored = () =>
    Object.fromEntries(
      readdirSync(join(dataDir, 'uploads', 'in')).map((name) => [
        name,
        md5(join(dataDir, 'uploads', 'in', name)),
      ]),
    )
  return { source, open, openAway, stored, path: (name: string) => join(source, name) }
}

/** Everything that a client's feed ever said of a file. */
function statesOf({ events }: WatchedClient, name: string): ItemRow['state'][] {
  return events.flatMap(({ items }) =>
    items.filter((row) => row.relativePath.endsWith(name)).map(({ state }) => state),
  )
}

const waitedFor = (watched: WatchedClient, name: string) =>
  statesOf(watched, name).flatMap((state) => (state.status === 'waiting' ? [state.error.code] : []))

/** Puts another file in the place of one: as long, and with the same modification time. */
function replace(path: string): void {
  const { size, atime, mtime } = statSync(path)
  writeFileSync(`${path}.new`, Buffer.alloc(size, 'other'))
  utimesSync(`${path}.new`, atime, mtime)
  renameSync(`${path}.new`, path)
}

interface ReceiptText {
  readonly stored: { relativePath: string; md5: string; sourceCheck: string; sourceCheckedAt: string }[]
  readonly notStored: { relativePath: string; status: string; reason: string }[]
}

async function receiptOf({ client }: WatchedClient, batchId: string): Promise<ReceiptText> {
  const { parts } = await client.history.receipt(batchId, 'json')
  return JSON.parse([...parts].join('')) as ReceiptText
}

const namesIn = (lines: readonly { relativePath: string }[]) =>
  lines.map(({ relativePath }) => relativePath).sort()

describe('a file that is still being written', () => {
  it.each([
    ['in bursts', pace.burstsMs, pace.bursts],
    ['steadily', 50, pace.steadyBursts],
  ])(
    '%s is waited for without a try, and stored once, as it is in the end',
    async (_how, pauseMs, times) => {
      const { source, open, stored, path } = await aScene(
        { 'clip.mov': 1_000 },
        { stillSeconds: pace.stillSeconds },
      )
      const watched = await open()
      const [batchId = ''] = await watched.client.intake.addPaths([source])
      for (let burst = 0; burst < times; burst++) {
        await delay(pauseMs)
        appendFileSync(path('clip.mov'), Buffer.alloc(pace.burstBytes, String(burst)))
      }
      await watched.client.whenIdle()
      await expect.poll(watched.statuses).toEqual({ 'clip.mov': 'done' })
      expect(stored()).toEqual({ 'clip.mov': md5(path('clip.mov')) })
      expect(waitedFor(watched, 'clip.mov')).toContain('still-being-written')
      const { attempts, failedAttempts } = watched.client.files.details(watched.row('clip.mov').id)
      expect({ attempts, failedAttempts }).toEqual({ attempts: 0, failedAttempts: [] })
      expect((await receiptOf(watched, batchId)).stored).toMatchObject([{ md5: md5(path('clip.mov')) }])
    },
    180_000,
  )

  it('travels at once where it is large, is completed later, and sends no byte twice', async () => {
    const size = 20 << 20
    const { source, open, stored, path } = await aScene({ 'clip.mov': size }, { stillSeconds: 15 })
    const watched = await open()
    await watched.client.intake.addPaths([source])
    const waiting = { state: { status: 'waiting', error: { code: 'still-being-written' } } }
    await expect.poll(watched.rows).toMatchObject([{ ...waiting, acknowledgedBytes: size }])
    expect(stored).toThrow('ENOENT')
    await watched.client.whenIdle()
    expect(stored()).toEqual({ 'clip.mov': md5(path('clip.mov')) })
    expect(watched.client.files.details(watched.row('clip.mov').id).sentBytes).toBe(size)
  })

  it('keeps no other file from being sent, and goes on after a restart in the middle', async () => {
    const { source, open, stored, path } = await aScene({ 'a.mov': 10, 'b.jpg': 10 }, { stillSeconds: 4 })
    utimesSync(path('b.jpg'), 1, 1)
    const first = await open()
    await first.client.settings.change({ parallelFiles: 1 })
    const writing = setInterval(() => appendFileSync(path('a.mov'), 'more'), 100)
    await first.client.intake.addPaths([source])
    await expect.poll(first.statuses).toEqual({ 'a.mov': 'waiting', 'b.jpg': 'done' })
    await first.client.stop()
    await delay(200)
    clearInterval(writing)
    const second = await open()
    await second.client.whenIdle()
    expect(stored()).toEqual({ 'a.mov': md5(path('a.mov')), 'b.jpg': md5(path('b.jpg')) })
  })

  it('is found by looking twice where its times lie in the future, or another machine’s clock wrote them', async () => {
    const lookUpFileSystem = async () => linuxTraits(0x6969)
    const ours = await aScene({ 'future.jpg': 10, 'old.jpg': 10 }, still)
    const theirs = await aScene({ 'old.jpg': 10 }, { ...still, lookUpFileSystem })
    const inAnHour = Date.now() / 1000 + 3_600
    utimesSync(ours.path('future.jpg'), inAnHour, inAnHour)
    await delay(1_100)
    const [ownClock, otherClock] = [await ours.open(), await theirs.open()]
    await ownClock.client.intake.addPaths([ours.source])
    await otherClock.client.intake.addPaths([theirs.source])
    await ownClock.client.whenIdle()
    await otherClock.client.whenIdle()
    expect(waitedFor(ownClock, 'future.jpg')).toContain('still-being-written')
    expect(waitedFor(ownClock, 'old.jpg')).toEqual([])
    expect(waitedFor(otherClock, 'old.jpg')).toContain('still-being-written')
    expect([Object.keys(ours.stored()), Object.keys(theirs.stored())]).toEqual([
      ['future.jpg', 'old.jpg'],
      ['old.jpg'],
    ])
  })
})

describe('a file that changes after it was stored', () => {
  it.each([false, true])(
    'goes again before its batch is over; with a restart in between: %s',
    async (restarts) => {
      const { source, open, openAway, stored, path } = await aScene({
        'a.jpg': 10,
        'b.jpg': 10,
        'gone.jpg': 10,
      })
      const old = md5(path('a.jpg'))
      // A batch is not over as long as a file of it is paused: until then nothing is looked at again.
      const away = await openAway()
      const [batchId = ''] = await away.client.intake.addPaths([source])
      await expect.poll(away.rows).toHaveLength(3)
      await away.client.queue.pause({ itemIds: [away.row('b.jpg').id] })
      await away.client.stop()
      let watched = await open()
      await expect.poll(watched.statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'paused', 'gone.jpg': 'done' })
      replace(path('a.jpg'))
      rmSync(path('gone.jpg'))
      if (restarts) {
        await watched.client.stop()
        watched = await open()
        await expect.poll(watched.rows).toHaveLength(3)
      }
      expect(watched.client.history.entries()).toEqual([])
      await watched.client.queue.resume({ all: true })
      await watched.client.whenIdle()
      await expect.poll(watched.statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'done', 'gone.jpg': 'done' })
      expect(stored()).toMatchObject({ 'a.jpg': old, 'a (2).jpg': md5(path('a.jpg')) })
      await expect
        .poll(watched.client.history.entries.bind(watched.client.history))
        .toMatchObject([{ counts: { done: 3 } }])
      const { stored: lines } = await receiptOf(watched, batchId)
      expect(lines.find(({ relativePath }) => relativePath === 'in/a.jpg')?.md5).toBe(md5(path('a.jpg')))
      expect(Object.fromEntries(lines.map((line) => [line.relativePath, line.sourceCheck]))).toEqual({
        'in/a.jpg': 'unchanged',
        'in/b.jpg': 'unchanged',
        'in/gone.jpg': 'not rechecked',
      })
      expect(lines.every(({ sourceCheckedAt }) => sourceCheckedAt.startsWith('20'))).toBe(true)
    },
  )

  it.each([false, true])(
    'is not on a receipt as stored, and goes again; with a restart in between: %s',
    async (restarts) => {
      const { source, open, stored, path } = await aScene({ 'a.jpg': 10, 'b.jpg': 10, 'gone.jpg': 10 })
      let watched = await open()
      const [batchId = ''] = await watched.client.intake.addPaths([source])
      await watched.client.whenIdle()
      await expect.poll(watched.rows).toHaveLength(3)
      await watched.client.queue.removeFinished({ itemIds: [watched.row('b.jpg').id] })
      for (const name of ['a.jpg', 'b.jpg']) replace(path(name))
      rmSync(path('gone.jpg'))
      if (restarts) {
        await watched.client.stop()
        watched = await open()
      }
      const now = await receiptOf(watched, batchId)
      expect(now.stored).toMatchObject([{ relativePath: 'in/gone.jpg', sourceCheck: 'not rechecked' }])
      expect(now.stored[0]?.sourceCheckedAt).toMatch(/^20/)
      expect(namesIn(now.notStored)).toEqual(['in/a.jpg', 'in/b.jpg'])
      expect(now.notStored.map(({ status }) => status)).toEqual(['changed', 'changed'])
      await watched.client.whenIdle()
      expect(stored()['a (2).jpg']).toBe(md5(path('a.jpg')))
      const later = await receiptOf(watched, batchId)
      expect([namesIn(later.stored), namesIn(later.notStored)]).toEqual([
        ['in/a.jpg', 'in/gone.jpg'],
        ['in/b.jpg'],
      ])
      const { parts } = await watched.client.history.receipt(batchId, 'csv')
      expect(plainCsv([...parts].join(''))).toMatch(/^NOT STORED \(changed since it was stored\),.*b\.jpg/m)
    },
  )

  it.each([false, true])(
    'goes again also where a receipt was written before and the last file ended without being stored; with a restart in between: %s',
    async (restarts) => {
      const { source, open, openAway, stored, path } = await aScene({ 'a.jpg': 10, 'b.jpg': 10 })
      const away = await openAway()
      const [batchId = ''] = await away.client.intake.addPaths([source])
      await expect.poll(away.rows).toHaveLength(2)
      await away.client.queue.pause({ itemIds: [away.row('b.jpg').id] })
      await away.client.stop()
      let watched = await open()
      await expect.poll(watched.statuses).toEqual({ 'a.jpg': 'done', 'b.jpg': 'paused' })
      expect(namesIn((await receiptOf(watched, batchId)).stored)).toEqual(['in/a.jpg'])
      replace(path('a.jpg'))
      if (restarts) {
        await watched.client.stop()
        watched = await open()
        await expect.poll(watched.rows).toHaveLength(2)
      }
      await watched.client.queue.cancel({ itemIds: [watched.row('b.jpg').id] })
      await watched.client.whenIdle()
      expect(stored()).toMatchObject({ 'a (2).jpg': md5(path('a.jpg')) })
      await expect
        .poll(() => watched.client.history.entries())
        .toMatchObject([{ counts: { done: 1, canceled: 1 } }])
    },
  )

  it('is news; one that did not is none: the end of its batch is reported once, however many receipts are written', async () => {
    const ends: string[] = []
    const onBatchFinished = ({ batchId }: { readonly batchId: string }) => ends.push(batchId)
    const { source, open } = await aScene({ 'a.jpg': 10 }, { onBatchFinished })
    const watched = await open()
    const [batchId = ''] = await watched.client.intake.addPaths([source])
    await expect.poll(() => ends).toEqual([batchId])
    await receiptOf(watched, batchId)
    await watched.client.history.remove([batchId])
    // Finished batches are recorded once a second.
    await delay(1_500)
    expect(watched.client.history.entries()).toEqual([])
    expect(ends).toEqual([batchId])
  })
})
