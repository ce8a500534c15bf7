/** What the person stops is stopped: counted on the way and asked of the server, not read from the client's own list. */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { countingProxy } from '../crossing/counting-proxy.ts'
import { type Answer, outageProxy } from '../outage-proxy.ts'
import { type Started, start } from '../server/harness.ts'
import { partialNames, storedFiles } from '../server/test-storage.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { openTestClient, writeFiles } from './a-client.ts'

const mebibyte = 1 << 20
/** So slow that 20 MB are under way for as long as a test takes. */
const slow = { limitBytesPerSecond: 400_000, timetable: [] }
const fast = { limitBytesPerSecond: null, timetable: [] }

/** A client that is sending one large file slowly, over a proxy that counts, to a server that can be asked. */
async function sending(started?: Started) {
  const folder = temporaryFolder()
  const {
    server,
    client: peer,
    dataDir,
  } = started ?? (await start({ env: { CHUNK_SIZE: String(mebibyte) } }))
  const proxy = await countingProxy(() => Number(new URL(server.url).port))
  const address = { url: proxy.url, token: server.token ?? '' }
  const watched = await openTestClient(join(folder, 'state'), address)
  await watched.client.settings.change({ bandwidth: slow })
  await watched.client.intake.addPaths([writeFiles(join(folder, 'in'), { 'a.mov': 20 * mebibyte })])
  await expect.poll(() => proxy.sentBytes()).toBeGreaterThan(100_000)
  await expect.poll(watched.statuses).toEqual({ 'a.mov': 'uploading' })
  const openTasks = async () => (await peer.request('GET', '/api/stats')).body.activeUploads
  /** What goes over the proxy from some moments from now on, while others pass. */
  const sentMeanwhile = async () => {
    // What the system had in its buffers.
    await delay(500)
    const before = proxy.sentBytes()
    await delay(1_500)
    return proxy.sentBytes() - before
  }
  return { ...watched, proxy, dataDir, openTasks, sentMeanwhile, server }
}

describe('a file on its way', () => {
  it('that is paused sends no byte more, also of the chunk in the middle, and goes on where it was', async () => {
    const { client, row, statuses, sentMeanwhile } = await sending()
    await client.settings.change({ bandwidth: { ...slow, limitBytesPerSecond: 3_000_000 } })
    await expect.poll(() => row('a.mov').acknowledgedBytes).toBeGreaterThan(0)
    await client.queue.pause({ all: true })
    await expect.poll(statuses).toEqual({ 'a.mov': 'paused' })
    const held = row('a.mov').acknowledgedBytes
    expect(await sentMeanwhile()).toBe(0)
    expect(statuses()).toEqual({ 'a.mov': 'paused' })
    expect(row('a.mov').acknowledgedBytes).toBe(held)
    await client.settings.change({ bandwidth: fast })
    await client.queue.resume({ all: true })
    await client.whenIdle()
    await expect.poll(statuses).toEqual({ 'a.mov': 'done' })
    // At most the chunks that were in flight go twice.
    expect(client.files.details(row('a.mov').id).sentBytes).toBeLessThanOrEqual((20 + 3) * mebibyte)
  })

  it('that is canceled sends no byte more and leaves nothing at the server', async () => {
    const { client, openTasks, dataDir, sentMeanwhile } = await sending()
    expect(await openTasks()).toBe(1)
    await client.queue.cancel({ all: true })
    await expect.poll(openTasks).toBe(0)
    expect(await sentMeanwhile()).toBe(0)
    await expect.poll(() => partialNames(dataDir)).toEqual([])
    expect(await storedFiles(dataDir)).toEqual([])
  })

  it('that is canceled before the server has answered its offer is offered to nobody any more', async () => {
    const folder = temporaryFolder()
    const { server } = await start()
    const proxy = await outageProxy(Number(new URL(server.url).port))
    let isHungUp = false
    const answer: Answer = (outgoing) => {
      outgoing.once('close', () => {
        isHungUp = true
      })
    }
    proxy.set({ answer, only: ({ method }) => method === 'POST' })
    const address = { url: proxy.url, token: server.token ?? '' }
    const { client, statuses } = await openTestClient(join(folder, 'state'), address)
    await client.intake.addPaths([writeFiles(join(folder, 'in'), { 'a.jpg': 10 })])
    await expect.poll(() => proxy.requests).toContain('POST /api/offers')
    expect(isHungUp).toBe(false)
    await client.queue.cancel({ all: true })
    await expect.poll(() => isHungUp).toBe(true)
    await expect.poll(statuses).toEqual({ 'a.jpg': 'canceled' })
  })

  it('that is removed from the list sends no byte more and leaves neither file nor upload at the server', async () => {
    const { client, rows, openTasks, dataDir, sentMeanwhile } = await sending()
    expect((await client.queue.remove({ all: true })).removed).toBe(1)
    await expect.poll(openTasks).toBe(0)
    await client.settings.change({ bandwidth: fast })
    expect(await sentMeanwhile()).toBe(0)
    expect(rows()).toEqual([])
    await expect.poll(() => partialNames(dataDir)).toEqual([])
    expect(await storedFiles(dataDir)).toEqual([])
  })

  it('is cut short by the schedule, so that no byte goes while nothing may', async () => {
    const { client, sentMeanwhile, statuses } = await sending()
    const always = { days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00', limit: 'pause' as const }
    await client.settings.change({ bandwidth: { limitBytesPerSecond: null, timetable: [always] } })
    expect(await sentMeanwhile()).toBe(0)
    expect(statuses()).toEqual({ 'a.mov': 'queued' })
  })
})

describe('a limit of the bandwidth', () => {
  it('holds for the bytes on the network, and for what is under way when it is changed', async () => {
    const { client, proxy } = await sending()
    const rateOver = async (ms: number) => {
      const [before, atMs] = [proxy.sentBytes(), performance.now()]
      await delay(ms)
      return ((proxy.sentBytes() - before) * 1000) / (performance.now() - atMs)
    }
    // A tenth of a second may go at once, and a few views lie in the system's buffers.
    expect(await rateOver(2_000)).toBeLessThan(1.25 * slow.limitBytesPerSecond + 100_000)
    await client.settings.change({ bandwidth: { ...slow, limitBytesPerSecond: 2_000_000 } })
    expect(await rateOver(2_000)).toBeGreaterThan(1.5 * slow.limitBytesPerSecond)
    await client.settings.change({ bandwidth: fast })
    await client.whenIdle()
  })
})
