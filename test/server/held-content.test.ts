/** What is in the library already: content that need not be sent again, and names that are taken. */
import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { bytesOf, md5, type Started, start } from './harness.ts'
import { onDisk, partialNames, putStored, removeStored, storedBytes, storedFiles } from './test-storage.ts'

let started: Started
beforeAll(async () => {
  started = await start()
})
const stored = (path: string) => storedBytes(started.dataDir, path)

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
    // From now on it stands for nothing, and the next offer of its content replaces it.
    const { done, url } = await started.client.offer('rotten.jpg', bytes)
    expect([done, url]).toEqual([true, '/uploads/rotten.jpg'])
    expect(await stored('rotten.jpg')).toEqual(bytes)
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

  it('is another file’s own, though that has the same content under a number', async () => {
    const { client, dataDir } = await start()
    const [one, other] = [bytesOf(1_000), bytesOf(1_000)]
    await client.upload('a (2).jpg', one)
    await client.upload('a.jpg', other)
    expect((await client.upload('a.jpg', one)).body.url).toBe('/uploads/a%20(3).jpg')
    expect(await storedFiles(dataDir)).toEqual(['a (2).jpg', 'a (3).jpg', 'a.jpg'])
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
