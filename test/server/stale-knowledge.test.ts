/** What the server knew and is no longer so: it looks again before it relies on anything. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { openDiskStore } from '../../server/storage/disk/disk-store.ts'
import { nodeFiles } from '../../server/storage/disk/file-operations.ts'
import { bytesOf, chunkOf, md5, type Started, sha256, start } from './harness.ts'
import { slowToVerify } from './held-work.ts'
import {
  onDisk,
  partialNames,
  partialsOf,
  putStored,
  removePartial,
  removeStored,
  storedBytes,
  storedMtimeMs,
} from './test-storage.ts'

let started: Started
beforeAll(async () => {
  started = await start()
})

describe('digests that were remembered as the bytes came', () => {
  it.runIf(onDisk)('hold only for the very chunk that the ledger has', async () => {
    const { client, server, dataDir } = started
    const [first, later] = [bytesOf(1_000), bytesOf(1_000)]
    const task = await client.offer('swapped.jpg', first, { hash: undefined })
    await client.send(task, first)
    await server.uploads.ledger.removeChunks(task.taskId, [0])
    await writeFile(join(partialsOf(dataDir), task.taskId), later)
    const digest = `sha-256:${sha256(later)}`
    await server.uploads.ledger.addChunk(task.taskId, { chunkIndex: 0, digest }, Date.now())
    const answer = await client.finish(task.taskId, md5(later))
    expect(answer.body).toMatchObject({ md5: md5(later), sha256: sha256(later) })
    expect(await storedBytes(dataDir, 'swapped.jpg')).toEqual(later)
  })
})

describe('a completion that succeeded before', () => {
  it('is answered to nobody who states another digest, nor once the file is gone', async () => {
    const { client, dataDir } = started
    const bytes = bytesOf(1_000)
    const task = await client.offer('again.jpg', bytes)
    await client.send(task, bytes)
    expect((await client.finish(task.taskId, md5(bytes))).status).toBe(200)
    expect(await client.complete(task.taskId, md5(bytesOf(5)))).toMatchObject({
      status: 422,
      body: { error: { code: 'digest-mismatch' } },
    })
    expect((await client.complete(task.taskId, md5(bytes), sha256(bytesOf(5)))).status).toBe(422)
    expect((await client.complete(task.taskId, md5(bytes))).status).toBe(200)
    await removeStored(dataDir, 'again.jpg')
    expect(await client.complete(task.taskId, md5(bytes))).toMatchObject({
      status: 404,
      body: { error: { code: 'task-gone' } },
    })
  })
})

describe('a stored file', () => {
  it('is forgotten as soon as it is seen to be another, also when it looks right again later', async () => {
    const { client, dataDir } = started
    const bytes = bytesOf(1_000)
    await client.upload('mine.jpg', bytes, { lastModified: 1_600_000_000_000 })
    const mtimeMs = await storedMtimeMs(dataDir, 'mine.jpg')
    await removeStored(dataDir, 'mine.jpg')
    expect(await client.offer('elsewhere.jpg', bytes)).toMatchObject({ done: false })
    await putStored(dataDir, 'mine.jpg', bytesOf(1_000), mtimeMs)
    expect(await client.offer('mine.jpg', bytes)).toMatchObject({ done: false, uploadedChunks: [] })
  })
})

describe('a stored file whose time alone has changed', () => {
  it('is not taken for what it was', async () => {
    const { client, dataDir } = started
    const bytes = bytesOf(1_000)
    await client.upload('touched.jpg', bytes)
    await putStored(dataDir, 'touched.jpg', bytesOf(1_000), 1_000)
    expect(await client.offer('touched.jpg', bytes)).toMatchObject({ done: false, uploadedChunks: [] })
    expect((await client.upload('touched.jpg', bytes)).body.url).toBe('/uploads/touched%20(2).jpg')
  })
})

describe('a verification', () => {
  it('is one, however often the client asks for it meanwhile', async () => {
    const held = Promise.withResolvers<void>()
    let verifications = 0
    const { client } = await start({
      parts: {
        waitMs: 1,
        openStore: (config) =>
          slowToVerify(config, () => {
            verifications += 1
            return held.promise
          }),
      },
    })
    const bytes = bytesOf(100_000)
    const task = await client.offer('once.jpg', bytes)
    await client.send(task, bytes)
    for (let time = 0; time < 4; time += 1) {
      expect((await client.complete(task.taskId, md5(bytes))).status).toBe(202)
    }
    held.resolve()
    await expect.poll(async () => (await client.complete(task.taskId, md5(bytes))).status).toBe(200)
    expect(verifications).toBe(1)
  })
})

describe('a name', () => {
  it('of a file that a person removed is free for another, which nobody had to notice before', async () => {
    const { client, dataDir } = started
    await client.upload('reused.jpg', bytesOf(1_000))
    await removeStored(dataDir, 'reused.jpg')
    const other = bytesOf(2_000)
    expect((await client.upload('reused.jpg', other)).body.url).toBe('/uploads/reused.jpg')
    expect(await storedBytes(dataDir, 'reused.jpg')).toEqual(other)
  })
})

describe('an open upload', () => {
  it('of one file is one, however many offer it at once: they open one task', async () => {
    const { client } = started
    const bytes = bytesOf(100_000)
    const tasks = await Promise.all(Array.from({ length: 8 }, () => client.offer('crowd.jpg', bytes)))
    expect(new Set(tasks.map(({ taskId }) => taskId)).size).toBe(1)
  })

  it('whose partial a person removed begins again from its first byte', async () => {
    const { client, dataDir } = started
    const bytes = bytesOf(200_000)
    const task = await client.offer('removed.jpg', bytes)
    await client.put(task.taskId, 0, chunkOf(task, bytes, 0))
    await removePartial(dataDir, task.taskId)
    expect(await client.offer('removed.jpg', bytes)).toMatchObject({ uploadedChunks: [] })
    expect((await client.upload('removed.jpg', bytes)).status).toBe(200)
    expect(await storedBytes(dataDir, 'removed.jpg')).toEqual(bytes)
  })

  it('is not removed while it is verified, and is stored', async () => {
    const held = Promise.withResolvers<void>()
    const { client, dataDir } = await start({
      parts: { waitMs: 1, openStore: (config) => slowToVerify(config, held.promise) },
    })
    const bytes = bytesOf(100_000)
    const task = await client.offer('kept.jpg', bytes)
    await client.send(task, bytes)
    expect((await client.complete(task.taskId, md5(bytes))).status).toBe(202)
    const removed = await client.request('DELETE', `/api/task/${task.taskId}`)
    expect(removed).toMatchObject({ status: 423, body: { error: { code: 'task-busy' } } })
    held.resolve()
    await expect.poll(async () => (await client.complete(task.taskId, md5(bytes))).status).toBe(200)
    expect(await storedBytes(dataDir, 'kept.jpg')).toEqual(bytes)
  })

  it.runIf(onDisk)('is removed only when nobody writes to it any more', async () => {
    const held = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const open: typeof nodeFiles.open = async (path, ...more) => {
      if (String(path).includes('partial')) {
        begun.resolve()
        await held.promise
      }
      return nodeFiles.open(path, ...more)
    }
    const { client, dataDir } = await start({
      parts: {
        openStore: ({ DATA_DIR }) =>
          openDiskStore({ dataDir: DATA_DIR, freeSpaceReserve: 0, files: { ...nodeFiles, open } }),
      },
    })
    const bytes = bytesOf(1_000)
    const task = await client.offer('removed.jpg', bytes)
    const sent = client.put(task.taskId, 0, bytes)
    await begun.promise
    let isRemoved = false
    const removed = client.request('DELETE', `/api/task/${task.taskId}`).then(({ status }) => {
      isRemoved = true
      return status
    })
    // Time enough to be answered at once.
    await client.request('GET', '/api/stats')
    await client.request('GET', '/api/stats')
    expect(isRemoved).toBe(false)
    held.resolve()
    expect((await sent).status).toBe(404)
    expect(await removed).toBe(204)
    expect(await partialNames(dataDir)).toEqual([])
  })
})
