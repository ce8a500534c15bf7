/** A watched folder: nothing is missed, nothing is sent twice, whatever happens in it and however it is looked at. */
import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { WatchOptions } from '../../../src/main/watching/watched-folder.ts'
import { fingerprint } from '../../crossing/photo-folder.ts'
import { serve } from '../../crossing/programs.ts'
import { ownTime } from '../../own-time.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openTestClient, type WatchedClient } from '../a-client.ts'

async function scene() {
  const root = temporaryFolder()
  const folder = join(root, 'shoots')
  mkdirSync(folder)
  const server = await serve(join(root, 'data'))
  const open = () => openTestClient(join(root, 'state'), server)
  const stored = () => [...fingerprint(join(root, 'data', 'uploads')).keys()].sort()
  const watch = (client: WatchedClient, more: Partial<WatchOptions> = {}) =>
    client.client.watchedFolders.watch({ folder, existing: true, rereadMs: 60_000, events: true, ...more })
  const put = (name: string, text = name) => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    return path
  }
  return { root, folder, open, stored, watch, put, server }
}

const sent = ({ rows, client }: WatchedClient) =>
  rows().reduce((sum, { id }) => sum + client.files.details(id).sentBytes, 0)

const allDone = (client: WatchedClient, count: number) =>
  expect.poll(() => client.rows().map(({ state }) => state.status)).toEqual(Array(count).fill('done'))

describe.each([
  ['by events', { events: true, rereadMs: 60_000 }],
  ['by polling, as over a network', { events: false, rereadMs: 200 }],
])('a folder that is watched %s', (_name, how) => {
  it('is uploaded as it is, and as files come to it, into one batch', async () => {
    const { open, watch, put, stored } = await scene()
    const client = await open()
    put('day 1/a.jpg')
    await watch(client, how)
    put('day 1/b.jpg')
    put('day 2/deep/c.jpg')
    put('.DS_Store')
    await expect.poll(stored).toEqual(['shoots/day 1/a.jpg', 'shoots/day 1/b.jpg', 'shoots/day 2/deep/c.jpg'])
    expect(new Set(client.rows().map(({ batchId }) => batchId)).size).toBe(1)
  })

  it('sends a changed file again, and a renamed one not twice', async () => {
    const { folder, open, watch, put, stored } = await scene()
    const client = await open()
    // Too large to travel with others, which costs a few bytes rather than a question.
    put('a.jpg', 'x'.repeat(3_000_000))
    put('b.jpg', 'short')
    await watch(client, how)
    await allDone(client, 2)
    const before = sent(client)
    renameSync(join(folder, 'a.jpg'), join(folder, 'renamed.jpg'))
    await expect.poll(() => stored().includes('shoots/renamed.jpg')).toBe(true)
    await expect.poll(() => client.row('renamed.jpg').state.status).toBe('done')
    expect(sent(client)).toBe(before)
    appendFileSync(join(folder, 'b.jpg'), ' and longer')
    await expect.poll(() => client.client.files.details(client.row('b.jpg').id).size).toBe(16)
    await expect.poll(() => client.row('b.jpg').state.status).toBe('done')
  })

  it('finds after a restart what came meanwhile, and sends nothing again', async () => {
    const { open, watch, put, stored } = await scene()
    const first = await open()
    put('a.jpg', 'x'.repeat(10_000))
    await watch(first, how)
    await allDone(first, 1)
    const before = sent(first)
    await first.client.stop()
    put('b.jpg', 'y')
    const second = await open()
    await watch(second, how)
    await expect.poll(stored).toEqual(['shoots/a.jpg', 'shoots/b.jpg'])
    await expect.poll(() => second.rows().map(({ state }) => state.status)).toEqual(['done', 'done'])
    expect(sent(second)).toBe(before + 1)
  })

  it('leaves alone what was there at the very first start, where the person wants that, but not what came while it was off', async () => {
    const { open, watch, put, stored } = await scene()
    const first = await open()
    put('old.jpg')
    await watch(first, { ...how, existing: false })
    put('new.jpg')
    await expect.poll(stored).toEqual(['shoots/new.jpg'])
    await first.client.stop()
    put('later.jpg')
    const second = await open()
    await watch(second, { ...how, existing: false })
    await expect.poll(stored).toEqual(['shoots/later.jpg', 'shoots/new.jpg'])
    put('old.jpg', 'edited meanwhile')
    await expect.poll(stored).toContain('shoots/old.jpg')
  })
})

describe('a tethered shoot', () => {
  it('has its first byte on the way within two seconds after the file was closed', async () => {
    const { open, watch, put } = await scene()
    const client = await open()
    await client.client.settings.change({ stillSeconds: 5 })
    await watch(client)
    const passedMs = ownTime()
    put('IMG_0001.CR3', 'z'.repeat(3_000_000))
    const [sent] = await vi.waitFor(
      () => {
        const found = client.rows().filter((row) => row.inFlightBytes + row.acknowledgedBytes > 0)
        expect(found).toHaveLength(1)
        return [passedMs()]
      },
      { interval: 20, timeout: 30_000 },
    )
    expect(sent).toBeLessThan(2_000)
  })

  it('forgets a file that was taken away before it was sent, and waits for a folder that is gone', async () => {
    const { folder, root, open, watch, put, stored } = await scene()
    const client = await open()
    await client.client.settings.change({
      bandwidth: {
        limitBytesPerSecond: null,
        timetable: [{ days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00', limit: 'pause' }],
      },
    })
    await watch(client, { rereadMs: 300 })
    const path = put('test-shot.jpg')
    await expect.poll(() => client.rows().length).toBe(1)
    rmSync(path)
    await expect.poll(() => client.rows().length).toBe(0)
    renameSync(folder, join(root, 'away'))
    await client.client.settings.change({ bandwidth: { limitBytesPerSecond: null, timetable: [] } })
    await expect.poll(() => client.log).toEqual([])
    renameSync(join(root, 'away'), folder)
    put('back.jpg')
    await expect.poll(stored).toEqual(['shoots/back.jpg'])
  })
})

it('1,000 files in bursts and ten renamed are all there, each once', async () => {
  const { folder, open, watch, put, stored } = await scene()
  const client = await open()
  for (let index = 0; index < 500; index++) put(`before/IMG_${index}.jpg`)
  await watch(client, { rereadMs: 2_000 })
  for (let burst = 0; burst < 10; burst++) {
    for (let index = 0; index < 100; index++) put(`burst ${burst}/IMG_${index}.jpg`, `${burst}/${index}`)
    renameSync(join(folder, `before/IMG_${burst}.jpg`), join(folder, `before/renamed_${burst}.jpg`))
  }
  const wanted = () => stored().filter((path) => /burst|renamed/.test(path)).length
  await expect.poll(wanted, { timeout: 60_000 }).toBe(1_010)
  const paths = client.rows().map(({ relativePath }) => relativePath)
  expect(new Set(paths).size).toBe(paths.length)
  expect(stored().filter((path) => / \(\d+\)/.test(path))).toEqual([])
}, 90_000)
