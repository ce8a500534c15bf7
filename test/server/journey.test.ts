/** A file's journey over the wire: offered, sent, completed, or given up. */
import { stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Config } from '../../server/config/config.ts'
import { healthSchema, statsSchema, storedFileSchema, taskSchema } from '../../src/shared/protocol/wire.ts'
import { bytesOf, chunkOf, md5, type Started, sha256, start } from './harness.ts'
import { slowToVerify } from './held-work.ts'
import {
  damagePartial,
  libraryOf,
  onDisk,
  partialNames,
  partialsOf,
  storedBytes,
  storedFiles,
  storedMtimeMs,
} from './test-storage.ts'

/** For large files: in a bucket each chunk is a request. */
const largeChunks = { CHUNK_SIZE: '5M' }
let started: Started
beforeAll(async () => {
  started = await start()
})
const stored = (path: string) => storedBytes(started.dataDir, path)

describe('a file on its way', () => {
  it('arrives whole, under its path, with its own modification time and for the owner only', async () => {
    const { client, dataDir } = started
    const bytes = bytesOf(200_000)
    const task = taskSchema.parse(
      await client.offer('wedding/day 1/IMG_1.CR3', bytes, { lastModified: 1_600_000_000_123 }),
    )
    expect(task).toMatchObject({ chunkSize: 65_536, totalChunks: 4, uploadedChunks: [], done: false })
    // An object store checks a SHA-256 itself.
    expect(task.chunkDigest).toBe(onDisk ? 'crc32c' : 'sha-256')
    await client.send(task, bytes)
    const answer = await client.complete(task.taskId, md5(bytes))
    expect(answer.status).toBe(200)
    expect(storedFileSchema.parse(answer.body)).toMatchObject({
      fileName: 'IMG_1.CR3',
      size: 200_000,
      md5: md5(bytes),
      sha256: sha256(bytes),
      url: '/uploads/wedding/day%201/IMG_1.CR3',
    })
    expect(await stored('wedding/day 1/IMG_1.CR3')).toEqual(bytes)
    expect(Math.round(await storedMtimeMs(dataDir, 'wedding/day 1/IMG_1.CR3'))).toBe(1_600_000_000_123)
    expect(await partialNames(dataDir)).toEqual([])
    if (!onDisk) return
    const file = await stat(join(libraryOf(dataDir), 'wedding/day 1/IMG_1.CR3'))
    expect(file.mode & 0o777).toBe(0o600)
    expect(file.nlink).toBe(1)
    expect((await stat(join(libraryOf(dataDir), 'wedding'))).mode & 0o777).toBe(0o700)
  })

  it('needs its chunks in no order', async () => {
    const bytes = bytesOf(300_000)
    const task = await started.client.offer('order.jpg', bytes)
    for (const index of [4, 0, 3, 1, 2]) {
      const answer = await started.client.put(task.taskId, index, chunkOf(task, bytes, index))
      expect(answer.body).toMatchObject({ chunkIndex: index, total: 5 })
    }
    expect((await started.client.finish(task.taskId, md5(bytes))).status).toBe(200)
    expect(await stored('order.jpg')).toEqual(bytes)
  })

  it('resumes with the chunks that the server lacks', async () => {
    const bytes = bytesOf(200_000)
    const task = await started.client.offer('resume.jpg', bytes)
    await started.client.put(task.taskId, 2, chunkOf(task, bytes, 2))
    const again = await started.client.offer('resume.jpg', bytes)
    expect(again).toMatchObject({ taskId: task.taskId, uploadedChunks: [2] })
    const status = await started.client.request('GET', `/api/task/${task.taskId}`)
    expect(status.body).toMatchObject({ uploadedChunks: [2], done: false })
    expect(await started.client.send(again, bytes)).toBe(3)
  })

  it('hears which chunks are missing when it completes too early', async () => {
    const bytes = bytesOf(200_000)
    const task = await started.client.offer('early.jpg', bytes)
    await started.client.put(task.taskId, 1, chunkOf(task, bytes, 1))
    const answer = await started.client.complete(task.taskId, md5(bytes))
    expect(answer.status).toBe(409)
    expect(answer.body.error).toMatchObject({ code: 'chunks-missing', details: { missingChunks: [0, 2, 3] } })
  })

  it('may be empty', async () => {
    const task = await started.client.offer('empty.xmp', Buffer.alloc(0))
    expect(task.totalChunks).toBe(0)
    expect((await started.client.finish(task.taskId, 'd41d8cd98f00b204e9800998ecf8427e')).status).toBe(200)
    expect(await stored('empty.xmp')).toHaveLength(0)
  })

  it('is not published when the whole has another digest than the client says', async () => {
    const bytes = bytesOf(100_000)
    const task = await started.client.offer('wrong.jpg', bytes, { hash: undefined })
    await started.client.send(task, bytes)
    const answer = await started.client.complete(task.taskId, md5(bytesOf(10)))
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'digest-mismatch' } } })
    await expect(stored('wrong.jpg')).rejects.toThrow('ENOENT')
    expect((await started.client.finish(task.taskId, md5(bytes))).status).toBe(200)
  })

  it.runIf(onDisk).each([
    ['between two of its chunks', false],
    ['after all of them, by somebody who restores its times', true],
  ])('sends again only the chunk that somebody wrote to %s', async (when, isLater) => {
    const bytes = bytesOf(200_000)
    const [name, path] = [
      `written ${isLater}.jpg`,
      (taskId: string) => join(partialsOf(started.dataDir), taskId),
    ]
    const task = await started.client.offer(name, bytes)
    const put = (index: number) => started.client.put(task.taskId, index, chunkOf(task, bytes, index))
    for (const index of isLater ? [0, 1, 2, 3] : [0, 1]) expect((await put(index)).status, when).toBe(200)
    // By then its digests are known, of what was good.
    await pause(500)
    const { atime, mtime } = await stat(path(task.taskId))
    await damagePartial(started.dataDir, task.taskId, 70_000, task.chunkSize)
    if (isLater) await utimes(path(task.taskId), atime, mtime)
    for (const index of isLater ? [] : [2, 3]) expect((await put(index)).status, when).toBe(200)
    const answer = await started.client.complete(task.taskId, md5(bytes))
    expect(answer.body.error).toMatchObject({ code: 'chunks-missing', details: { missingChunks: [1] } })
    expect((await started.client.upload(name, bytes)).status).toBe(200)
    expect(await stored(name)).toEqual(bytes)
  })

  it('sends again only the chunk that went bad on the disk', async () => {
    const bytes = bytesOf(200_000)
    const task = await started.client.offer('bad-sector.jpg', bytes)
    await started.client.send(task, bytes)
    // By then its digests are known, of what was good.
    await pause(500)
    await damagePartial(started.dataDir, task.taskId, 70_000, task.chunkSize)
    const answer = await started.client.complete(task.taskId, md5(bytes))
    expect(answer.body.error).toMatchObject({ code: 'chunks-missing', details: { missingChunks: [1] } })
    expect((await started.client.upload('bad-sector.jpg', bytes)).status).toBe(200)
    expect(await stored('bad-sector.jpg')).toEqual(bytes)
  })

  it('is completed again with the same answer when the first reply was lost', async () => {
    const bytes = bytesOf(1000)
    const task = await started.client.offer('lost-reply.jpg', bytes)
    await started.client.send(task, bytes)
    const both = await Promise.all([1, 2].map(() => started.client.complete(task.taskId, md5(bytes))))
    const later = await started.client.complete(task.taskId, md5(bytes))
    expect(both.map((answer) => answer.status)).toEqual([200, 200])
    expect(later.body).toEqual(both[0]?.body)
    const status = await started.client.request('GET', `/api/task/${task.taskId}`)
    expect(status.body).toMatchObject({ done: true, url: '/uploads/lost-reply.jpg' })
  })

  it('is gone after an abort, as often as one asks', async () => {
    const bytes = bytesOf(100_000)
    const task = await started.client.offer('aborted.jpg', bytes)
    await started.client.put(task.taskId, 0, chunkOf(task, bytes, 0))
    for (const _ of [1, 2])
      expect((await started.client.request('DELETE', `/api/task/${task.taskId}`)).status).toBe(204)
    expect((await started.client.request('GET', `/api/task/${task.taskId}`)).body.error?.code).toBe(
      'task-gone',
    )
    const late = await started.client.put(task.taskId, 1, chunkOf(task, bytes, 1))
    expect(late).toMatchObject({ status: 404, body: { error: { code: 'task-gone' } } })
    expect(await partialNames(started.dataDir)).not.toContain(task.taskId)
  })

  it('is verified in the background when that takes long, and polled for', async () => {
    const held = Promise.withResolvers<void>()
    const parts = { waitMs: 1, openStore: (config: Config) => slowToVerify(config, held.promise) }
    const slow = await start({ env: largeChunks, parts })
    const bytes = bytesOf(24 * 1024 * 1024)
    const task = await slow.client.offer('clip.mov', bytes)
    await slow.client.send(task, bytes)
    const first = await slow.client.complete(task.taskId, md5(bytes))
    expect(first).toMatchObject({ status: 202, body: { verifying: true, size: bytes.length } })
    held.resolve()
    await expect.poll(async () => (await slow.client.complete(task.taskId, md5(bytes))).status).toBe(200)
    expect(md5(await storedBytes(slow.dataDir, 'clip.mov'))).toBe(md5(bytes))
  })

  it('leaves things consistent when it is aborted while it is verified', async () => {
    const slow = await start({ env: largeChunks })
    const bytes = bytesOf(24 * 1024 * 1024)
    const task = await slow.client.offer('clip.mov', bytes)
    await slow.client.send(task, bytes)
    const [completed, aborted] = await Promise.all([
      slow.client.complete(task.taskId, md5(bytes)),
      slow.client.request('DELETE', `/api/task/${task.taskId}`),
    ])
    expect([204, 423]).toContain(aborted.status)
    // A slow store's verification outlasts the request.
    const { status } =
      completed.status === 202 ? await slow.client.finish(task.taskId, md5(bytes)) : completed
    expect([200, 404]).toContain(status)
    expect(await storedFiles(slow.dataDir)).toEqual(status === 200 ? ['clip.mov'] : [])
    expect(await partialNames(slow.dataDir)).toEqual([])
  })
})

describe('limits', () => {
  it('refuses a file over the limit before anything is sent', async () => {
    const { client } = await start({ env: { MAX_FILE_SIZE: '1000' } })
    const answer = await client.post('/api/task', { fileName: 'big.mov', fileSize: 1001 })
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'file-too-large' } } })
  })

  it('bounds the unfinished uploads', async () => {
    const { client } = await start({ env: { MAX_OPEN_TASKS: '2' } })
    for (const name of ['a', 'b']) await client.offer(name, bytesOf(5))
    const answer = await client.post('/api/task', { fileName: 'c', fileSize: 5 })
    expect(answer).toMatchObject({ status: 429, body: { error: { code: 'too-many-requests' } } })
    expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
  })

  it('answers health and stats as the wire says', async () => {
    healthSchema.parse(await (await fetch(`${started.client.url}/api/health`)).json())
    const stats = statsSchema.parse((await started.client.request('GET', '/api/stats')).body)
    expect(stats.completedUploads).toBeGreaterThan(0)
  })
})
