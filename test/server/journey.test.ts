/** A file's journey over the wire: offered, sent, completed, offered again. */
import { randomUUID } from 'node:crypto'
import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { healthSchema, statsSchema, storedFileSchema, taskSchema } from '../../src/shared/wire.ts'
import { bytesOf, chunkOf, md5, type Started, start } from './harness.ts'
import {
  damagePartial,
  libraryOf,
  onDisk,
  partialNames,
  putStored,
  removeStored,
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
    await client.send(task, bytes)
    const answer = await client.complete(task.taskId, md5(bytes))
    expect(answer.status).toBe(200)
    expect(storedFileSchema.parse(answer.body)).toMatchObject({
      fileName: 'IMG_1.CR3',
      size: 200_000,
      md5: md5(bytes),
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

  it('sends again only the chunk that went bad on the disk', async () => {
    const bytes = bytesOf(200_000)
    const task = await started.client.offer('bad-sector.jpg', bytes)
    await started.client.send(task, bytes)
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
    const slow = await start({ env: largeChunks, parts: { waitMs: 1 } })
    const bytes = bytesOf(24 * 1024 * 1024)
    const task = await slow.client.offer('clip.mov', bytes)
    await slow.client.send(task, bytes)
    const first = await slow.client.complete(task.taskId, md5(bytes))
    expect(first).toMatchObject({ status: 202, body: { verifying: true, size: bytes.length } })
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

describe('content that the server holds', () => {
  it('is done at once under the same path', async () => {
    const bytes = bytesOf(1000)
    await started.client.upload('held/a.jpg', bytes)
    const task = await started.client.offer('held/a.jpg', bytes)
    expect(task).toMatchObject({ done: true, url: '/uploads/held/a.jpg' })
    expect((await started.client.finish(task.taskId, md5(bytes))).status).toBe(200)
  })

  it('is copied by the server under another path, and the copies are independent', async () => {
    const bytes = bytesOf(100_000)
    await started.client.upload('copy/a.jpg', bytes)
    expect(await started.client.offer('copy/b.jpg', bytes)).toMatchObject({
      done: true,
      url: '/uploads/copy/b.jpg',
    })
    await putStored(started.dataDir, 'copy/a.jpg', 'edited')
    expect(await stored('copy/b.jpg')).toEqual(bytes)
  })

  it.each([
    ['removed', removeStored],
    ['changed', (dataDir: string, path: string) => putStored(dataDir, path, 'other')],
    [
      'changed without changing its size',
      (dataDir: string, path: string) => putStored(dataDir, path, Buffer.alloc(1000), 1_000),
    ],
  ])('is sent again when the stored file was %s', async (_, harm) => {
    const bytes = bytesOf(1000)
    const name = `${randomUUID()}.jpg`
    await started.client.upload(name, bytes)
    await harm(started.dataDir, name)
    expect(await started.client.offer(`elsewhere/${name}`, bytes)).toMatchObject({
      done: false,
      uploadedChunks: [],
    })
    const answer = await started.client.upload(name, bytes)
    expect(answer.status).toBe(200)
    expect(await stored(decodeURIComponent(String(answer.body.url).slice('/uploads/'.length)))).toEqual(bytes)
  })

  it('is sent after all when the stored original has rotted unseen', async () => {
    const bytes = bytesOf(1000)
    await started.client.upload('rotten.jpg', bytes, { lastModified: 1_600_000_000_000 })
    await putStored(started.dataDir, 'rotten.jpg', bytesOf(1000), 1_600_000_000_000)
    const task = await started.client.offer('fresh.jpg', bytes)
    expect(task).toMatchObject({ done: false, uploadedChunks: [] })
    await started.client.send(task, bytes)
    expect((await started.client.finish(task.taskId, md5(bytes))).status).toBe(200)
    expect(await stored('fresh.jpg')).toEqual(bytes)
  })

  it('stays single when two clients send it at once to the same path', async () => {
    const { client, dataDir } = await start()
    const bytes = bytesOf(100_000)
    const tasks = await Promise.all([1, 2].map(() => client.offer('race.jpg', bytes, { hash: undefined })))
    expect(tasks[0]?.taskId).not.toBe(tasks[1]?.taskId)
    const answers = await Promise.all(
      tasks.map(async (task) => {
        await client.send(task, bytes)
        return client.complete(task.taskId, md5(bytes))
      }),
    )
    expect(answers.map((answer) => answer.body.url)).toEqual(['/uploads/race.jpg', '/uploads/race.jpg'])
    expect(await storedFiles(dataDir)).toEqual(['race.jpg'])
    expect(await partialNames(dataDir)).toEqual([])
    for (const task of tasks) expect((await client.finish(task.taskId, md5(bytes))).status).toBe(200)
  })

  it('is recognised on the disk when the ledger was lost', async () => {
    const first = await start()
    const bytes = bytesOf(100_000)
    await first.client.upload('kept/a.jpg', bytes)
    await first.server.close()
    await rm(join(first.dataDir, '.photoferry'), { recursive: true })
    const second = await start({ dataDir: first.dataDir })
    expect((await second.client.upload('kept/a.jpg', bytes)).body.url).toBe('/uploads/kept/a.jpg')
    expect(await storedFiles(first.dataDir)).toEqual(['kept/a.jpg'])
  })
})

describe('a name that is taken', () => {
  it('keeps both files, the later under a number', async () => {
    const { client, dataDir } = await start()
    const contents = [bytesOf(10), bytesOf(20), bytesOf(20)]
    const urls: unknown[] = []
    for (const bytes of contents) urls.push((await client.upload('IMG.JPG', bytes)).body.url)
    expect(urls).toEqual(['/uploads/IMG.JPG', '/uploads/IMG%20(2).JPG', '/uploads/IMG%20(3).JPG'])
    for (const [index, path] of ['IMG.JPG', 'IMG (2).JPG', 'IMG (3).JPG'].entries()) {
      expect(await storedBytes(dataDir, path)).toEqual(contents[index])
    }
    expect(await client.offer('IMG.JPG', contents[1] ?? Buffer.alloc(0))).toMatchObject({
      done: true,
      url: '/uploads/IMG%20(2).JPG',
    })
  })

  it('is never overwritten, not even when a person put the file there', async () => {
    const { client, dataDir } = await start()
    await putStored(dataDir, 'mine.jpg', 'mine')
    expect((await client.upload('mine.jpg', bytesOf(4))).body.url).toBe('/uploads/mine%20(2).jpg')
    expect(String(await storedBytes(dataDir, 'mine.jpg'))).toBe('mine')
  })

  // In a bucket there are no folders: both have their keys.
  it.runIf(onDisk)('is refused with the reason where a file stands in the place of a folder', async () => {
    await started.client.upload('not-a-folder', bytesOf(5))
    const answer = await started.client.upload('not-a-folder/a.jpg', bytesOf(5))
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'name-invalid' } } })
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
