import { createHash } from 'node:crypto'
import { readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Volumes } from '../../src/main/volumes/volume.ts'
import { pacingProxy } from '../crossing/pacing-proxy.ts'
import { openTestClient, type WatchedClient } from './a-client.ts'
import { awaited, counts, nowhere, photos, driveScene as scene } from './drives-scene.ts'

const stalls = ({ events }: WatchedClient) => events.at(-1)?.overview.stalls
const lastBatch = ({ events }: WatchedClient) => events.flatMap(({ batches }) => batches).at(-1)

describe('a drive that is gone', () => {
  it('parks all its files at once, uncounted, and they continue when it is back at its place', async () => {
    const { reader, server, open, stored } = await scene()
    const card = reader.card('CARD_1', 'uuid:1', photos(60))
    const away = await open(nowhere)
    await away.client.intake.addPaths([reader.plugIn(card)])
    await expect.poll(() => away.rows().length).toBe(60)
    await away.client.stop()
    reader.pullOut(card)

    const ours = await open(server)
    await expect.poll(() => counts(ours)).toEqual({ waiting: 60 })
    expect(new Set(ours.rows().map(awaited))).toEqual(new Set(['CARD_1']))
    await expect.poll(() => stalls(ours)).toEqual([{ kind: 'drive-away', name: 'CARD_1', files: 60 }])
    await expect.poll(() => ours.events.at(-1)?.overview.restart).toMatchObject({ goingOn: 60, missing: 0 })
    await expect.poll(() => lastBatch(ours)?.awaitedDrives).toEqual(['CARD_1'])
    reader.plugIn(card)
    await expect.poll(() => counts(ours)).toEqual({ done: 60 })
    expect(stored().size).toBe(60)
    expect(ours.rows().every(({ attempts }) => attempts === 0)).toBe(true)
    const details = ours.rows().map(({ id }) => ours.client.files.details(id))
    expect(details.flatMap(({ failedAttempts }) => failedAttempts)).toEqual([])
    await expect.poll(() => lastBatch(ours)?.awaitedDrives).toEqual([])
  })

  it('in the middle of a file continues under another path, with the chunks that the server has', async () => {
    const { folder, reader, server, open, stored } = await scene()
    const size = 8 << 20
    const card = reader.card('CARD_1', 'uuid:1', { 'clip.mov': size, ...photos(5) })
    const digest = createHash('md5')
      .update(readFileSync(join(card.away, 'clip.mov')))
      .digest('hex')
    const proxy = await pacingProxy(server.port, size / 2)
    const ours = await open({ url: proxy.url, token: server.token })
    const place = reader.plugIn(card)
    await ours.client.intake.addPaths([place])
    await proxy.reached
    reader.pullOut(card)
    proxy.release()
    await expect.poll(() => ours.statuses()['clip.mov']).toBe('waiting')
    expect(counts(ours).failed).toBeUndefined()
    const moved = reader.plugIn(card, 'CARD_11')
    await expect.poll(() => counts(ours)).toEqual({ done: 6 })
    const clip = ours.client.files.details(ours.row('clip.mov').id)
    expect(clip.sourcePath).toBe(join(moved, 'clip.mov'))
    expect(clip.sentBytes).toBeLessThan(size * 1.6)
    const bytes = readFileSync(join(folder, 'data', 'uploads', 'CARD_1', 'clip.mov'))
    expect(createHash('md5').update(bytes).digest('hex')).toBe(digest)
    expect(stored().size).toBe(6)
  })

  it('is not mistaken for another card with the same names, sizes and times, wherever that is put', async () => {
    const { reader, server, open, stored } = await scene()
    const card = reader.card('EOS', 'uuid:1', photos(12))
    const other = reader.card('EOS', 'uuid:2', photos(12), 'other')
    const first = await open(nowhere)
    await first.client.intake.addPaths([reader.plugIn(card)])
    await expect.poll(() => first.rows().length).toBe(12)
    await first.client.stop()
    reader.pullOut(card)
    for (const place of ['EOS', 'EOS 1']) {
      reader.plugIn(other, place)
      const ours = await open(server)
      await expect.poll(() => counts(ours)).toEqual({ waiting: 12 })
      await ours.client.drives.checkNow()
      expect(counts(ours)).toEqual({ waiting: 12 })
      expect(stored().size).toBe(0)
      await ours.client.stop()
      reader.pullOut(other)
    }
    // Dropped itself, it is a drop of its own, and the first one waits on.
    const ours = await open(server)
    await ours.client.intake.addPaths([reader.plugIn(other)])
    await expect.poll(() => counts(ours)).toEqual({ waiting: 12, done: 12 })
    reader.pullOut(other)
    reader.plugIn(card)
    await expect.poll(() => counts(ours)).toEqual({ done: 24 })
    expect(stored().size).toBe(24)
  })

  it.each(['a path of its own', 'the same path'])(
    'without a name that the system knows continues at %s where the bytes are those that were read before',
    async (where) => {
      const { reader, server, open } = await scene()
      const size = 4 << 20
      const files = { 'a.mov': size, 'b.mov': size }
      const card = reader.card('CARD', null, files)
      const other = reader.card('CARD', null, files, 'else')
      const proxy = await pacingProxy(server.port, size / 2)
      const ours = await open({ url: proxy.url, token: server.token })
      await ours.client.intake.addPaths([reader.plugIn(card)])
      await proxy.reached
      const digests = () => ours.rows().map(({ id }) => typeof ours.client.files.details(id).md5)
      await expect.poll(digests).toEqual(['string', 'string'])
      reader.pullOut(card)
      proxy.release()
      await expect.poll(() => counts(ours)).toEqual({ waiting: 2 })
      const place = where === 'the same path' ? 'CARD' : 'CARD 1'
      reader.plugIn(other, place)
      await ours.client.drives.checkNow()
      await ours.client.drives.checkNow()
      expect(counts(ours)).toEqual({ waiting: 2 })
      reader.pullOut(other)
      await ours.client.drives.checkNow()
      reader.plugIn(card, place)
      await expect.poll(() => counts(ours)).toEqual({ done: 2 })
    },
  )

  it('in the middle of reading its folders keeps the rest across a restart, and reads it elsewhere', async () => {
    const { folder, reader, open } = await scene()
    const card = reader.card('CARD_1', 'uuid:1', photos(620, 10))
    let asked = 0
    const pulling: Volumes = {
      list: () => reader.list(),
      at: (path) => {
        // Asked at the drop and with the first 500 files; then the card is gone.
        if (++asked === 3) reader.pullOut(card)
        return reader.at(path)
      },
    }
    const state = join(folder, 'state')
    const first = await openTestClient(state, nowhere, undefined, { volumes: pulling })
    await first.client.intake.addPaths([reader.plugIn(card)])
    const isCutShort = { awaitedDrives: ['CARD_1'], scanning: true }
    await expect.poll(() => lastBatch(first)).toMatchObject(isCutShort)
    const before = first.rows().length
    expect(before).toBeLessThan(620)
    await first.client.stop()
    const again = await open(nowhere)
    await expect.poll(() => lastBatch(again)).toMatchObject(isCutShort)
    const place = reader.plugIn(card, 'CARD_2')
    const isWhole = { awaitedDrives: [], scanning: false, totals: { files: 620 } }
    await expect.poll(() => lastBatch(again)).toMatchObject(isWhole)
    const paths = again.rows().map(({ id }) => again.client.files.details(id).sourcePath)
    expect(paths.every((path) => path.startsWith(place))).toBe(true)
    expect(new Set(paths).size).toBe(620)
    expect(counts(again).failed).toBeUndefined()
  })

  it('before its folders are read keeps them unread, and reads them when it is back elsewhere', async () => {
    const { reader, open, stored } = await scene()
    const card = reader.card('CARD_1', 'uuid:1', photos(150))
    const ours = await open()
    const place = reader.plugIn(card)
    await ours.client.intake.addPaths([place])
    reader.pullOut(card)
    await expect.poll(() => stalls(ours)?.map(({ kind }) => kind)).toEqual(['drive-away'])
    expect(ours.rows().filter(({ state }) => state.status === 'failed')).toEqual([])
    reader.plugIn(card, 'CARD_2')
    await expect.poll(() => counts(ours), { timeout: 60_000 }).toEqual({ done: 150 })
    expect(stored().size).toBe(150)
  })

  it('that is there makes a single missing file fail with that reason', async () => {
    const { reader, server, open } = await scene()
    const card = reader.card('CARD_1', 'uuid:1', photos(4))
    const away = await open(nowhere)
    const place = reader.plugIn(card)
    await away.client.intake.addPaths([place])
    await expect.poll(() => away.rows().length).toBe(4)
    await away.client.stop()
    rmSync(join(place, 'DCIM', 'IMG_2.jpg'))
    const ours = await open(server)
    await expect.poll(() => counts(ours)).toEqual({ done: 3, failed: 1 })
    expect(ours.row('IMG_2.jpg').state).toMatchObject({ error: { code: 'source-missing' } })
  })

  it('leaves files that wait for it alone when a server comes back, and lets the person pause and cancel them', async () => {
    const { reader, server, open } = await scene()
    const card = reader.card('CARD_1', 'uuid:1', photos(3))
    const away = await open(nowhere)
    await away.client.intake.addPaths([reader.plugIn(card)])
    await expect.poll(() => away.rows().length).toBe(3)
    await away.client.stop()
    reader.pullOut(card)
    const ours = await open(server)
    await expect.poll(() => counts(ours)).toEqual({ waiting: 3 })
    await ours.client.queue.pause({ itemIds: [ours.row('IMG_0.jpg').id] })
    await ours.client.queue.cancel({ itemIds: [ours.row('IMG_1.jpg').id] })
    reader.plugIn(card)
    await expect.poll(ours.statuses).toEqual({
      'IMG_0.jpg': 'paused',
      'IMG_1.jpg': 'canceled',
      'IMG_2.jpg': 'done',
    })
  })
})

describe('a dropped folder of this computer that is gone as a whole', () => {
  it('is waited for like a drive', async () => {
    const { folder, reader, open } = await scene()
    // Known to no reader: it lies on the computer's own disk.
    const { away: here } = reader.card('wedding', null, photos(5))
    const ours = await openTestClient(join(folder, 'state'), nowhere, undefined, { volumes: reader })
    await ours.client.intake.addPaths([here])
    await expect.poll(() => ours.rows().length).toBe(5)
    await ours.client.stop()
    renameSync(here, `${here}-moved`)
    const again = await open()
    await expect.poll(() => counts(again)).toEqual({ waiting: 5 })
    renameSync(`${here}-moved`, here)
    await expect.poll(() => counts(again)).toEqual({ done: 5 })
  })
})
