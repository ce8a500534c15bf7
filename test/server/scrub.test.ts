/**
 * Looking after the library: stored files are read again and compared with the ledger, each with a date; what went bad is
 * reported, is never relied upon, and is replaced when its content is offered.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Log } from '../../server/monitoring/log.ts'
import { type ServerParts, serve } from '../../server/serve.ts'
import { openDiskStore } from '../../server/storage/disk/disk-store.ts'
import { nodeFiles } from '../../server/storage/disk/file-operations.ts'
import { routes, type ScrubReport } from '../../src/shared/protocol/wire.ts'
import { atEndOfFile } from '../end-of-file.ts'
import { bytesOf, Client, configFor, md5, serverEnv, sha256, silentLog, temporaryFolder } from './harness.ts'
import {
  keptBytes,
  libraryOf,
  onDisk,
  putStored,
  removeStored,
  rotStored,
  storedBytes,
  storedFiles,
} from './test-storage.ts'

const dayMs = 24 * 60 * 60 * 1000

interface Line {
  readonly level: 'info' | 'warn' | 'error'
  readonly path: unknown
  readonly message: string
}

/** A server whose log can be read, and whose clock can be put forward. */
async function startWatched(
  options: { dataDir?: string; env?: Record<string, string>; parts?: ServerParts } = {},
) {
  const lines: Line[] = []
  const write = (level: Line['level']) => (facts: object, message: string) => {
    lines.push({ level, path: 'path' in facts ? facts.path : undefined, message })
  }
  const log: Log = { ...silentLog, info: write('info'), warn: write('warn'), error: write('error') }
  const dataDir = options.dataDir ?? temporaryFolder()
  const clock = { aheadMs: 0 }
  const env = { ...(await serverEnv(dataDir)), ...options.env }
  const parts = { now: () => Date.now() + clock.aheadMs, ...options.parts }
  const server = await serve(configFor(dataDir, env), log, parts)
  atEndOfFile(() => server.close())
  const client = new Client(server.url, server.token ?? '')
  return { server, client, dataDir, lines, clock }
}

type Watched = Awaited<ReturnType<typeof startWatched>>

/** Has all files checked. */
async function scrub({ client }: Pick<Watched, 'client'>): Promise<ScrubReport> {
  expect((await client.request('POST', routes.scrub)).status).toBe(202)
  return untilEnded(client)
}

async function untilEnded(client: Client): Promise<ScrubReport> {
  const ask = async () => (await client.request('GET', routes.scrub)).body as unknown as ScrubReport
  await expect.poll(async () => (await ask()).running, { interval: 20 }).toBe(false)
  return ask()
}

async function metric({ client }: Pick<Watched, 'client'>, name: string): Promise<number> {
  const text = String((await client.download('/metrics')).bytes)
  const line = text.split('\n').find((one) => one.startsWith(`${name} `))
  return Number(line?.split(' ').at(-1))
}

const errorsOf = (lines: readonly Line[]) => lines.filter(({ level }) => level === 'error')

describe('200 KB of a stored file that rot, with its size and time kept', () => {
  it('are found by the scrub, reported everywhere, and replaced by the next offer', async () => {
    const watched = await startWatched()
    const { client, dataDir, lines } = watched
    const bytes = bytesOf(1_000_000)
    await client.upload('wedding/a.jpg', bytes, { lastModified: 1_600_000_000_000 })
    await client.upload('wedding/b.jpg', bytesOf(50_000))
    const rotten = await rotStored(dataDir, 'wedding/a.jpg', 300_000, 200_000)

    const report = await scrub(watched)
    expect(report).toMatchObject({ full: true, checkedFiles: 2, files: 2, damagedFiles: 1, failure: null })
    expect(report.damaged).toEqual([{ path: 'wedding/a.jpg', damage: 'bytes', since: expect.any(String) }])
    expect(errorsOf(lines)).toEqual([
      { level: 'error', path: 'wedding/a.jpg', message: expect.stringContaining('damaged') },
    ])
    expect(await metric(watched, 'photoferry_damaged_files')).toBe(1)
    expect(await metric(watched, 'photoferry_scrubbed_files_total{result="bytes"}')).toBe(1)
    expect(await metric(watched, 'photoferry_scrubbed_files_total{result="verified"}')).toBe(1)
    expect((await client.request('GET', '/api/stats')).body).toMatchObject({ damagedFiles: 1 })
    expect((await client.download('/uploads/wedding/a.jpg')).response.status).toBe(404)

    const task = await client.offer('wedding/a.jpg', bytes)
    expect(task).toMatchObject({ done: false, uploadedChunks: [] })
    await client.send(task, bytes)
    const stored = await client.finish(task.taskId, md5(bytes), sha256(bytes))
    expect(stored.body).toMatchObject({ path: '/uploads/wedding/a.jpg', sha256: sha256(bytes) })
    expect((await storedBytes(dataDir, 'wedding/a.jpg')).equals(bytes)).toBe(true)
    expect((await keptBytes(dataDir, 'wedding/a.jpg')).equals(rotten)).toBe(true)
    expect(await storedFiles(dataDir)).toEqual(['wedding/a.jpg', 'wedding/b.jpg'])
    expect((await client.request('GET', '/api/stats')).body).toMatchObject({ damagedFiles: 0 })
    expect(await client.offer('wedding/a.jpg', bytes)).toMatchObject({ done: true })
    expect(await scrub(watched)).toMatchObject({ checkedFiles: 2, damagedFiles: 0, damaged: [] })
  })

  it('are not relied upon by any later answer, nor after a restart', async () => {
    const first = await startWatched()
    const { client, dataDir } = first
    const bytes = bytesOf(400_000)
    const task = await client.offer('a.jpg', bytes)
    await client.send(task, bytes)
    await client.finish(task.taskId, md5(bytes))
    await rotStored(dataDir, 'a.jpg', 100_000, 200_000)
    await scrub(first)
    const answers = async ({ client }: Watched) => ({
      offer: (await client.offer('a.jpg', bytes)).done,
      elsewhere: (await client.offer('copy.jpg', bytes)).done,
      status: (await client.request('GET', routes.task(task.taskId))).status,
      complete: (await client.complete(task.taskId, md5(bytes), sha256(bytes))).status,
    })
    const nothing = { offer: false, elsewhere: false, status: 404, complete: 404 }
    expect(await answers(first)).toEqual(nothing)
    await first.server.close()
    const second = await startWatched({ dataDir })
    expect(await answers(second)).toEqual(nothing)
    expect((await second.client.upload('a.jpg', bytes)).body.path).toBe('/uploads/a.jpg')
    expect((await storedBytes(dataDir, 'a.jpg')).equals(bytes)).toBe(true)
  })
})

describe('what a scrub finds', () => {
  it('is named: gone, another size, changed by somebody', async () => {
    const watched = await startWatched()
    const { client, dataDir } = watched
    for (const name of ['gone.jpg', 'size.jpg', 'changed.jpg', 'fine.jpg']) {
      await client.upload(name, bytesOf(1_000), { lastModified: 1_600_000_000_000 })
    }
    await removeStored(dataDir, 'gone.jpg')
    await putStored(dataDir, 'size.jpg', bytesOf(900), 1_600_000_000_000)
    await putStored(dataDir, 'changed.jpg', bytesOf(1_000), 1_700_000_000_000)
    const found = (await scrub(watched)).damaged.map(({ path, damage }) => [path, damage])
    expect(Object.fromEntries(found)).toEqual({
      'gone.jpg': 'gone',
      'size.jpg': 'size',
      'changed.jpg': 'changed',
    })
  })

  it('never costs anybody the file that they put there or edited', async () => {
    const watched = await startWatched()
    const { client, dataDir } = watched
    const bytes = bytesOf(1_000)
    await client.upload('a.jpg', bytes, { lastModified: 1_600_000_000_000 })
    await putStored(dataDir, 'a.jpg', 'edited', 1_700_000_000_000)
    await scrub(watched)
    expect((await client.upload('a.jpg', bytes)).body.path).toBe('/uploads/a%20(2).jpg')
    expect(String(await storedBytes(dataDir, 'a.jpg'))).toBe('edited')
    expect(await scrub(watched)).toMatchObject({ files: 1, damagedFiles: 0 })
  })

  it('is whole again when the bytes are back, and stands for them again', async () => {
    const watched = await startWatched()
    const { client, dataDir, lines } = watched
    const bytes = bytesOf(1_000)
    await client.upload('a.jpg', bytes, { lastModified: 1_600_000_000_000 })
    await removeStored(dataDir, 'a.jpg')
    expect(await scrub(watched)).toMatchObject({ damagedFiles: 1 })
    await putStored(dataDir, 'a.jpg', bytes, 1_650_000_000_000)
    expect(await scrub(watched)).toMatchObject({ damagedFiles: 0 })
    expect(lines).toContainEqual({ level: 'info', path: 'a.jpg', message: 'stored file is whole again' })
    expect(await client.offer('a.jpg', bytes)).toMatchObject({ done: true })
  })

  it('is forgotten when a person says so, and what is there stays', async () => {
    const watched = await startWatched()
    const { client, dataDir } = watched
    await client.upload('culled.jpg', bytesOf(1_000))
    await client.upload('rotten.jpg', bytesOf(1_000))
    await removeStored(dataDir, 'culled.jpg')
    const rotten = await rotStored(dataDir, 'rotten.jpg', 0, 500)
    await scrub(watched)
    expect((await client.request('DELETE', routes.damagedFiles)).body).toEqual({ forgotten: 2 })
    expect(await scrub(watched)).toMatchObject({ files: 0, damagedFiles: 0 })
    expect((await storedBytes(dataDir, 'rotten.jpg')).equals(rotten)).toBe(true)
  })

  it.runIf(onDisk)('includes a file that cannot be read, until it can be', async () => {
    let isBad = false
    const open: typeof nodeFiles.open = async (path, ...more) => {
      if (isBad && String(path).endsWith('a.jpg'))
        throw Object.assign(new Error('bad sector'), { code: 'EIO' })
      return nodeFiles.open(path, ...more)
    }
    const openStore = ({ DATA_DIR }: { DATA_DIR: string }) =>
      openDiskStore({ dataDir: DATA_DIR, freeSpaceReserve: 0, files: { ...nodeFiles, open } })
    const watched = await startWatched({ parts: { openStore } })
    const bytes = bytesOf(1_000)
    await watched.client.upload('a.jpg', bytes)
    isBad = true
    expect((await scrub(watched)).damaged).toMatchObject([{ path: 'a.jpg', damage: 'unreadable' }])
    expect(await watched.client.offer('a.jpg', bytes)).toMatchObject({ done: false })
    isBad = false
    expect(await scrub(watched)).toMatchObject({ damagedFiles: 0 })
    expect(await watched.client.offer('a.jpg', bytes)).toMatchObject({ done: true })
  })

  it('ends early when the whole library is not there, and names no more than a few files', async () => {
    const watched = await startWatched()
    const { client, dataDir, lines } = watched
    const files = new Map(Array.from({ length: 40 }, (_, index) => [`${index}.jpg`, bytesOf(100)]))
    for (const [name, bytes] of files) await client.upload(name, bytes, { lastModified: 1_600_000_000_000 })
    for (const name of files.keys()) await removeStored(dataDir, name)
    expect((await scrub(watched)).failure).toMatch(/Check the disk or bucket/)
    expect(errorsOf(lines).filter(({ message }) => message === 'stored file is gone')).toHaveLength(20)
    for (const [name, bytes] of files) await putStored(dataDir, name, bytes, 1_600_000_000_000)
    expect(await scrub(watched)).toMatchObject({ damagedFiles: 0, failure: null })
  })

  it('is left to the server that is at it, where several share a library', async () => {
    const watched = await startWatched()
    const { client, server, dataDir } = watched
    await client.upload('a.jpg', bytesOf(1_000))
    await rotStored(dataDir, 'a.jpg', 0, 10)
    const release = await server.uploads.locks.scrub.acquire('all', 0)
    expect(await scrub(watched)).toMatchObject({
      checkedFiles: 0,
      damagedFiles: 0,
      failure: expect.stringContaining('Another server'),
    })
    release()
    expect(await scrub(watched)).toMatchObject({ checkedFiles: 1, damagedFiles: 1, failure: null })
  })

  it('is only for tokens of the whole library', async () => {
    const { server } = await startWatched({ env: { TOKENS: 'anna:secret-of-anna' } })
    const anna = new Client(server.url, 'secret-of-anna')
    for (const [method, path] of [
      ['GET', routes.scrub],
      ['POST', routes.scrub],
      ['DELETE', routes.damagedFiles],
    ] as const) {
      expect((await anna.request(method, path)).status).toBe(403)
    }
  })
})

describe('the timer', () => {
  it('checks what is due, oldest first, and goes on where it was after a restart', async () => {
    const first = await startWatched({ env: { SCRUB_DAYS: '10' }, parts: { scrubAfterMs: 3_600_000 } })
    const bytes = bytesOf(1_000)
    const before = Date.now()
    for (const name of ['a.jpg', 'b.jpg']) await first.client.upload(name, bytes, { hash: undefined })
    await rotStored(first.dataDir, 'a.jpg', 0, 100)
    await first.server.close()
    const notYet = await startWatched({
      dataDir: first.dataDir,
      env: { SCRUB_DAYS: '10' },
      parts: { scrubAfterMs: 1, now: () => Date.now() + 5 * dayMs },
    })
    await expect.poll(async () => (await untilEnded(notYet.client)).startedAt).not.toBeNull()
    expect(await untilEnded(notYet.client)).toMatchObject({ full: false, checkedFiles: 0, damagedFiles: 0 })
    await notYet.server.close()
    const due = await startWatched({
      dataDir: first.dataDir,
      env: { SCRUB_DAYS: '10' },
      parts: { scrubAfterMs: 1, now: () => Date.now() + 8 * dayMs },
    })
    await expect.poll(async () => (await untilEnded(due.client)).checkedFiles).toBe(2)
    const report = await untilEnded(due.client)
    expect(report.damaged.map(({ path }) => path)).toEqual(['a.jpg'])
    const task = await due.client.offer('b.jpg', bytes)
    expect(task.done).toBe(true)
    expect(Date.parse(task.verifiedAt ?? '')).toBeGreaterThanOrEqual(before + 8 * dayMs)
  })

  it('reads no faster than it may, and stops in the middle of a file with the server', async () => {
    const first = await startWatched({ env: { SCRUB_DAYS: '1' }, parts: { scrubAfterMs: 3_600_000 } })
    const bytes = bytesOf(6_000_000)
    await first.client.upload('video.mp4', bytes)
    await first.server.close()
    const sinceMs = performance.now()
    const slow = await startWatched({
      dataDir: first.dataDir,
      env: { SCRUB_DAYS: '1', SCRUB_RATE: '0.5' },
      parts: { scrubAfterMs: 1, now: () => Date.now() + 5 * dayMs },
    })
    await expect.poll(() => slow.server.scrub.progress.isRunning, { interval: 5 }).toBe(true)
    while (performance.now() - sinceMs < 1_500) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(slow.server.scrub.progress).toMatchObject({ isRunning: true, checkedFiles: 0 })
    const closingMs = performance.now()
    await slow.server.close()
    expect(performance.now() - closingMs).toBeLessThan(3_000)
    const again = await startWatched({ dataDir: first.dataDir })
    expect(await scrub(again)).toMatchObject({ checkedFiles: 1, damagedFiles: 0 })
  })

  it('can be turned off', async () => {
    const { server } = await startWatched({ env: { SCRUB_DAYS: '0' }, parts: { scrubAfterMs: 1 } })
    await new Promise((resolve) => setTimeout(resolve, 200))
    expect(server.scrub.progress.startedAtMs).toBeNull()
  })
})

describe('"already stored"', () => {
  it('names the date of the verification that it rests on', async () => {
    const watched = await startWatched()
    const { client, clock } = watched
    const bytes = bytesOf(1_000)
    const before = Date.now()
    const stored = await client.upload('a.jpg', bytes)
    const verifiedAt = Date.parse(String(stored.body.verifiedAt))
    expect(verifiedAt).toBeGreaterThanOrEqual(before)
    expect(verifiedAt).toBeLessThanOrEqual(Date.now())
    clock.aheadMs = 5 * dayMs
    expect((await client.offer('a.jpg', bytes)).verifiedAt).toBe(stored.body.verifiedAt)
    await scrub(watched)
    const fresh = Date.parse((await client.offer('a.jpg', bytes)).verifiedAt ?? '')
    expect(fresh).toBeGreaterThanOrEqual(before + 5 * dayMs)
  })

  it('rests on a reading made now when the last one is too old', async () => {
    const { client, dataDir, clock } = await startWatched({ env: { REREAD_DAYS: '30' } })
    const [fine, rotten] = [bytesOf(1_000), bytesOf(1_000)]
    await client.upload('fine.jpg', fine)
    await client.upload('rotten.jpg', rotten)
    await rotStored(dataDir, 'rotten.jpg', 0, 500)
    clock.aheadMs = 31 * dayMs
    const task = await client.offer('fine.jpg', fine)
    expect(task.done).toBe(true)
    expect(Date.parse(task.verifiedAt ?? '')).toBeGreaterThan(Date.now() + 30 * dayMs)
    expect(await client.offer('rotten.jpg', rotten)).toMatchObject({ done: false, uploadedChunks: [] })
    expect((await client.upload('rotten.jpg', rotten)).body.path).toBe('/uploads/rotten.jpg')
    expect((await storedBytes(dataDir, 'rotten.jpg')).equals(rotten)).toBe(true)
  })

  it('answers 202 with the progress while a large file is read for it', async () => {
    const { client, clock } = await startWatched({ env: { REREAD_DAYS: '30' }, parts: { waitMs: 1 } })
    const bytes = bytesOf(40_000_000)
    await client.upload('video.mp4', bytes)
    clock.aheadMs = 31 * dayMs
    const request = { fileName: 'video.mp4', fileSize: bytes.length, hash: md5(bytes), sha256: sha256(bytes) }
    const first = await client.post(routes.tasks, request)
    expect(first).toMatchObject({ status: 202, body: { checking: true, size: bytes.length } })
    const again = async () => (await client.post(routes.tasks, request)).body
    await expect.poll(again, { timeout: 30_000, interval: 50 }).toMatchObject({ done: true })
  })

  it('rests on a reading made now when something has touched the file since', async () => {
    const { client, dataDir, clock, lines } = await startWatched()
    const bytes = bytesOf(300_000)
    await client.upload('a.jpg', bytes)
    // The next write of it is then a week after its verification.
    clock.aheadMs = -7 * dayMs
    const other = bytesOf(300_000)
    await client.upload('b.jpg', other)
    await rotStored(dataDir, 'b.jpg', 0, 200_000)
    clock.aheadMs = 0
    expect(await client.offer('b.jpg', other)).toMatchObject({ done: false, uploadedChunks: [] })
    expect(errorsOf(lines)).toMatchObject([{ path: 'b.jpg' }])
    expect(await client.offer('a.jpg', bytes)).toMatchObject({ done: true })
  })

  it('keeps a file whose time alone was changed', async () => {
    const { client, dataDir, lines } = await startWatched()
    const bytes = bytesOf(1_000)
    await client.upload('a.jpg', bytes, { lastModified: 1_600_000_000_000 })
    await putStored(dataDir, 'a.jpg', bytes, 1_650_000_000_000)
    for (let time = 0; time < 2; time += 1)
      expect(await client.offer('a.jpg', bytes)).toMatchObject({ done: true, url: '/uploads/a.jpg' })
    expect(errorsOf(lines)).toEqual([])
  })
})

it('gives rows of a lost folder back to their clients, one by one', async () => {
  const watched = await startWatched()
  const { client, dataDir } = watched
  const files = ['x/1.jpg', 'x/2.jpg', 'y/3.jpg'].map((name) => [name, bytesOf(2_000)] as const)
  for (const [name, bytes] of files) await client.upload(name, bytes)
  if (onDisk) await rm(join(libraryOf(dataDir), 'x'), { recursive: true })
  else for (const name of ['x/1.jpg', 'x/2.jpg']) await removeStored(dataDir, name)
  expect(await scrub(watched)).toMatchObject({ damagedFiles: 2 })
  for (const [name, bytes] of files) {
    expect((await client.upload(name, bytes)).body.path).toBe(`/uploads/${name}`)
    expect((await storedBytes(dataDir, name)).equals(bytes)).toBe(true)
  }
  expect(await scrub(watched)).toMatchObject({ files: 3, damagedFiles: 0 })
})
