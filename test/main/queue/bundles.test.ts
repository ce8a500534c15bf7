/** Small files in the queue, at a real server: an item stays an item, whatever it travels with. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { SettingsPatch } from '../../../src/shared/settings.ts'
import { countingProxy } from '../../crossing/counting-proxy.ts'
import { olderServer } from '../../crossing/older-server.ts'
import { fingerprint } from '../../crossing/photo-folder.ts'
import { type ServerProcess, serve } from '../../crossing/programs.ts'
import { outageProxy } from '../../outage-proxy.ts'
import { reverseProxy } from '../../reverse-proxy.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openTestClient, type WatchedClient, writeFiles } from '../a-client.ts'

/** A server, a folder of files, and a client that has not been given them yet. */
async function scene(
  files: Readonly<Record<string, number>>,
  way: (server: ServerProcess) => Promise<{ readonly url: string }> = async (server) => server,
) {
  const folder = temporaryFolder()
  const source = writeFiles(join(folder, 'in'), files)
  const server = await serve(join(folder, 'data'), { args: ['--chunk-size', String(1 << 20)] })
  const { url } = await way(server)
  const watched = await openTestClient(join(folder, 'state'), { url, token: server.token })
  const settings = (patch: SettingsPatch) => watched.client.settings.change(patch)
  const limit = (bytesPerSecond: number | null) =>
    settings({ bandwidth: { limitBytesPerSecond: bytesPerSecond, timetable: [] } })
  const add = () => watched.client.intake.addPaths([source])
  const stored = () => fingerprint(join(folder, 'data', 'uploads', 'in'))
  return { ...watched, folder, source, server, settings, limit, add, stored }
}

type Scene = Awaited<ReturnType<typeof scene>>

const photos = (count: number, bytes: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, nth) => [`${String(nth).padStart(4, '0')}.jpg`, bytes]),
  )

function count({ statuses }: WatchedClient, status: string): number {
  return Object.values(statuses()).filter((one) => one === status).length
}

/** Names of the files in a state. */
function named({ statuses }: WatchedClient, status: string): string[] {
  return Object.entries(statuses())
    .filter(([, is]) => is === status)
    .map(([name]) => name)
    .sort()
}

const idsOf = ({ row }: WatchedClient, names: readonly string[]) => names.map((name) => row(name).id)

/** Everything is stored as it is, and no file has a failure on its record. */
async function expectAllStored(watched: Scene): Promise<void> {
  const { client, rows, stored, source } = watched
  await client.whenIdle()
  await expect.poll(() => count(watched, 'done')).toBe(rows().length)
  expect(stored()).toEqual(fingerprint(source))
  for (const { id, attempts } of rows())
    expect([attempts, client.files.details(id).failedAttempts]).toEqual([0, []])
}

describe('pausing and canceling', () => {
  it.each(['pause', 'cancel'] as const)(
    '(%s) acts on what was not yet sent, and what was stored says so',
    async (kind) => {
      const watched = await scene(photos(300, 20_000))
      await watched.settings({ parallelFiles: 1 })
      await watched.limit(500_000)
      await watched.add()
      await expect.poll(() => count(watched, 'uploading')).toBeGreaterThan(20)
      const going = named(watched, 'uploading')
      const [kept = '', ...others] = going
      const stopped = Object.keys(watched.statuses()).filter((name) => name !== kept)
      await watched.client.queue[kind]({ itemIds: idsOf(watched, stopped) })
      await watched.limit(null)
      await watched.client.whenIdle()
      const is = kind === 'pause' ? 'paused' : 'canceled'
      await expect.poll(() => count(watched, 'done') + count(watched, is)).toBe(300)
      // What was on its way with the one that goes on is stored with it; nothing else is.
      expect(named(watched, 'done')).toEqual(expect.arrayContaining([kept, ...others]))
      expect(count(watched, is)).toBeGreaterThan(100)
      expect([...watched.stored().keys()].sort()).toEqual(named(watched, 'done'))
      if (kind === 'cancel') return
      await watched.client.queue.resume({ itemIds: idsOf(watched, named(watched, is)) })
      await expectAllStored(watched)
    },
  )

  it('takes files out of a bundle that waits for its turn behind a large file', async () => {
    const watched = await scene({ 'a.mov': 6 << 20, ...photos(50, 20_000) })
    await watched.settings({ parallelFiles: 1 })
    await watched.limit(1_000_000)
    await watched.add()
    await expect.poll(() => watched.row('a.mov').acknowledgedBytes).toBeGreaterThan(0)
    await watched.client.queue.cancel({ itemIds: idsOf(watched, Object.keys(photos(49, 0))) })
    await watched.limit(null)
    await watched.client.whenIdle()
    await expect.poll(() => count(watched, 'done')).toBe(2)
    expect([...watched.stored().keys()]).toEqual(['0049.jpg', 'a.mov'])
  })
})

describe('a small file', () => {
  it('that changes while its bundle waits for its turn is stored as it is then, and never as it was', async () => {
    const watched = await scene({ 'a.mov': 6 << 20, ...photos(3, 20_000) })
    await watched.settings({ parallelFiles: 1 })
    await watched.limit(1_000_000)
    await watched.add()
    await expect.poll(() => watched.row('a.mov').acknowledgedBytes).toBeGreaterThan(0)
    writeFileSync(join(watched.source, '0001.jpg'), 'edited')
    await watched.limit(null)
    await expectAllStored(watched)
  })
})

describe('a server', () => {
  it('that dies in the middle of a bundle gets the rest when it is back, and nothing is counted', async () => {
    const watched = await scene(photos(300, 20_000))
    await watched.limit(1_500_000)
    await watched.add()
    await expect.poll(() => count(watched, 'uploading')).toBeGreaterThan(20)
    await delay(300)
    await watched.server.kill('SIGKILL')
    await watched.limit(null)
    await serve(join(watched.folder, 'data'), { port: watched.server.port })
    await expectAllStored(watched)
  })

  it('of before, which knows no bundles, gets every file as a task', async () => {
    const watched = await scene(photos(40, 5_000), (server) => olderServer(server.port))
    await watched.add()
    await expectAllStored(watched)
  })

  it('behind a proxy that refuses large bodies gets smaller bundles, and nothing is counted', async () => {
    const seen: { readonly path: string; readonly status: number }[][] = []
    const watched = await scene(photos(150, 20_000), async (server) => {
      const proxy = await reverseProxy(server.port, { maxBodyBytes: () => 600_000 })
      seen.push(proxy.seen as { path: string; status: number }[])
      return proxy
    })
    await watched.add()
    await expectAllStored(watched)
    expect(seen[0]?.filter(({ path, status }) => path === '/api/bundle' && status === 413)).not.toEqual([])
    expect(seen[0]?.filter(({ path }) => path === '/api/task')).toEqual([])
  })

  it('behind a filter that swallows whatever one file is part of gets all others, and nothing is counted against them', async () => {
    let swallowed = 0
    const watched = await scene(photos(20, 5_000), async (server) => {
      const proxy = await outageProxy(server.port)
      proxy.set({
        only: ({ method = '' }, body) => method !== 'GET' && body.includes('0007.jpg'),
        answer: (outgoing) => {
          swallowed += 1
          outgoing.destroy()
        },
      })
      return proxy
    })
    await watched.add()
    await expect.poll(() => count(watched, 'done')).toBe(19)
    expect(swallowed).toBeGreaterThan(1)
    for (const row of watched.rows().filter(({ state }) => state.status === 'done'))
      expect(watched.client.files.details(row.id).failedAttempts).toEqual([])
  })
})

describe('a limit on the bandwidth', () => {
  it('holds for bundles', async () => {
    const limitBytes = 1_000_000
    const proxies: { sentBytes(): number }[] = []
    const watched = await scene(photos(600, 20_000), async (server) => {
      const proxy = await countingProxy(() => server.port)
      proxies.push(proxy)
      return proxy
    })
    await watched.limit(limitBytes)
    await watched.add()
    const sent = () => proxies[0]?.sentBytes() ?? 0
    await expect.poll(sent).toBeGreaterThan(500_000)
    const rates: number[] = []
    const rateOfAWhile = async () => {
      const [before, beganMs] = [sent(), performance.now()]
      await delay(2_500)
      rates.push((sent() - before) / ((performance.now() - beganMs) / 1_000))
      return rates.at(-1)
    }
    // Of a line of 64 KiB in the sockets more or less, and of offers, which it does not hold. It is held at all times, and
    // used up where the processor has nothing else to do.
    await expect.poll(rateOfAWhile).toBeGreaterThan(0.85 * limitBytes)
    expect(Math.max(...rates)).toBeLessThan(1.15 * limitBytes)
    await watched.limit(null)
    await expectAllStored(watched)
  })
})

/** How many files were stored by the time that a file was begun, or until now, by what the window was told. */
function storedBefore({ events }: Pick<WatchedClient, 'events'>, name: string): number {
  const stored = new Set<string>()
  for (const { items } of events) {
    for (const { id, state } of items) if (state.status === 'done') stored.add(id)
    const row = items.find(({ relativePath }) => relativePath.endsWith(name))
    if (row && row.state.status !== 'queued') return stored.size
  }
  return stored.size
}

describe('files at once', () => {
  it('count a bundle as one, and one huge file does not keep small ones waiting', async () => {
    const watched = await scene({ 'a.mov': 24 << 20, 'b.mov': 12 << 20, ...photos(200, 20_000) })
    await watched.settings({ parallelFiles: 2, parallelChunks: 1 })
    await watched.limit(3_000_000)
    await watched.add()
    await expect.poll(() => count(watched, 'done')).toBe(200)
    expect(named(watched, 'done')).not.toContain('a.mov')
    // The second one has its turn when the last small file has had its own.
    expect(storedBefore(watched, 'b.mov')).toBe(200)
    await watched.limit(null)
    await expectAllStored(watched)
  })
})
