/** Cleaning up, at the start and from time to time: what expired or belongs to nobody goes, what lives stays. */
import { link, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanUp } from '../../server/uploads/clean-up.ts'
import { contractUpload } from './contract-client.ts'
import { bytesOf, chunkOf, contentDigest, md5, sha256, start, temporaryFolder } from './harness.ts'
import { sendHeld, slowToVerify } from './held-work.ts'
import {
  libraryOf,
  onDisk,
  partialNames,
  partialsOf,
  putPartial,
  removePartial,
  storedBytes,
  storedFiles,
} from './test-storage.ts'

describe('cleaning up', () => {
  it('removes expired tasks and nothing that lives', async () => {
    let nowMs = 1_000_000
    const { client, server, dataDir } = await start({
      env: { TASK_EXPIRY: '1' },
      parts: { now: () => nowMs },
    })
    const bytes = bytesOf(100_000)
    const tasks = []
    for (const name of ['old.jpg', 'touched.jpg', 'resumed.jpg']) {
      const task = await client.offer(name, bytes.subarray(0, 90_000 + name.length))
      await client.put(task.taskId, 0, chunkOf(task, bytes, 0))
      tasks.push(task)
    }
    await client.upload('done.jpg', bytes)
    nowMs += 3_500_000
    await client.put(tasks[1]?.taskId ?? '', 1, bytes.subarray(65_536, 90_011))
    await client.offer('resumed.jpg', bytes.subarray(0, 90_011))
    nowMs += 200_000
    expect(await cleanUp(server.uploads)).toEqual({ removedTasks: 1, removedPartials: 0 })
    const statuses = await Promise.all(tasks.map((task) => client.request('GET', `/api/task/${task.taskId}`)))
    expect(statuses.map((answer) => answer.status)).toEqual([404, 200, 200])
    expect(await partialNames(dataDir)).toEqual([tasks[1]?.taskId, tasks[2]?.taskId].sort())
    expect(await storedFiles(dataDir)).toEqual(['done.jpg'])
  })

  it('removes partials that belong to nobody, and tasks whose partial is gone, at the start', async () => {
    const dataDir = temporaryFolder()
    await putPartial(dataDir, 'f'.repeat(32), 'rubbish')
    const first = await start({ dataDir })
    expect(await partialNames(dataDir)).toEqual([])
    const bytes = bytesOf(100_000)
    const [kept, lost] = [await first.client.offer('kept', bytes), await first.client.offer('lost', bytes)]
    for (const task of [kept, lost]) await first.client.put(task.taskId, 0, chunkOf(task, bytes, 0))
    await first.server.close()
    await removePartial(dataDir, lost.taskId)
    const second = await start({ dataDir })
    expect((await second.client.request('GET', `/api/task/${kept.taskId}`)).status).toBe(200)
    expect((await second.client.request('GET', `/api/task/${lost.taskId}`)).status).toBe(404)
  })

  it('leaves a task alone for nine tenths of its time, and removes it after all of it', async () => {
    let nowMs = 1_000_000
    const { client, server } = await start({ env: { TASK_EXPIRY: '1' }, parts: { now: () => nowMs } })
    const task = await client.offer('quiet.jpg', bytesOf(100_000))
    nowMs += 0.9 * 3_600_000
    expect(await cleanUp(server.uploads)).toEqual({ removedTasks: 0, removedPartials: 0 })
    expect((await client.request('GET', `/api/task/${task.taskId}`)).status).toBe(200)
    nowMs += 0.2 * 3_600_000
    expect(await cleanUp(server.uploads)).toMatchObject({ removedTasks: 1 })
  })

  it('leaves a chunk alone while its body is still coming, however long that takes', async () => {
    let nowMs = 1_000_000
    const { client, server, dataDir } = await start({
      env: { TASK_EXPIRY: '1' },
      parts: { now: () => nowMs },
    })
    const bytes = bytesOf(50_000)
    const task = await client.offer('slow.jpg', bytes)
    const headers = { 'Content-Digest': contentDigest(bytes) }
    const held = sendHeld(client, 'PUT', `/api/task/${task.taskId}/chunk/0`, bytes, headers)
    // In a bucket its partial shows only when all of the chunk is there.
    await expect.poll(() => server.uploads.activity.isWriting(task.taskId)).toBe(true)
    nowMs += 2 * 3_600_000
    expect(await cleanUp(server.uploads)).toEqual({ removedTasks: 0, removedPartials: 0 })
    held.end()
    expect(await held.answer).toBe(200)
    expect((await client.complete(task.taskId, md5(bytes))).status).toBe(200)
    expect(await storedBytes(dataDir, 'slow.jpg')).toEqual(bytes)
  })

  it('leaves a file alone while it is verified, however long that takes', async () => {
    // The disk dates what is stored by the real clock: by one that is behind it, the stored file would seem changed since.
    let nowMs = Date.now()
    const held = Promise.withResolvers<void>()
    const { client, server } = await start({
      env: { TASK_EXPIRY: '1' },
      parts: { now: () => nowMs, waitMs: 1, openStore: (config) => slowToVerify(config, held.promise) },
    })
    const bytes = bytesOf(100_000)
    const task = await client.offer('long.jpg', bytes)
    await client.send(task, bytes)
    expect((await client.complete(task.taskId, md5(bytes))).status).toBe(202)
    nowMs += 2 * 3_600_000
    expect(await cleanUp(server.uploads)).toEqual({ removedTasks: 0, removedPartials: 0 })
    held.resolve()
    await expect.poll(async () => (await client.complete(task.taskId, md5(bytes))).status).toBe(200)
  })

  it('leaves a task alone that comes back to life while it is looked at', async () => {
    let nowMs = 1_000_000
    const { client, server } = await start({ env: { TASK_EXPIRY: '1' }, parts: { now: () => nowMs } })
    const bytes = bytesOf(100_000)
    const task = await client.offer('woken.jpg', bytes)
    nowMs += 2 * 3_600_000
    const { ledger } = server.uploads
    const openTasks = async () => {
      const tasks = await ledger.openTasks()
      await client.offer('woken.jpg', bytes)
      return tasks
    }
    const watched = new Proxy(ledger, {
      get: (target, name) => {
        if (name === 'openTasks') return openTasks
        const member: unknown = Reflect.get(target, name)
        return typeof member === 'function' ? member.bind(target) : member
      },
    })
    expect(await cleanUp({ ...server.uploads, ledger: watched })).toMatchObject({ removedTasks: 0 })
    expect((await client.request('GET', `/api/task/${task.taskId}`)).status).toBe(200)
  })

  it('leaves a chunk that has no place yet, while it comes', async () => {
    const { client, server, dataDir } = await start({ args: ['--no-auth'] })
    const file = contractUpload(client.url, 'late.jpg', bytesOf(5_000), 3_000)
    const form = new FormData()
    // The bytes before what they are: nobody knows yet which file they belong to.
    form.append('chunk', new Blob([file.chunk(1)]))
    const { md5: digest, fileName, totalChunks } = file
    for (const [name, value] of Object.entries({ md5: digest, fileName, totalChunks, chunkIndex: 1 })) {
      form.append(name, String(value))
    }
    const whole = new Response(form)
    const headers = { 'Content-Type': whole.headers.get('Content-Type') ?? '' }
    const bytes = new Uint8Array(await whole.arrayBuffer())
    const held = sendHeld(client, 'POST', '/api/upload-chunk', bytes, headers)
    await expect.poll(() => partialNames(dataDir)).toHaveLength(1)
    expect(await cleanUp(server.uploads)).toEqual({ removedTasks: 0, removedPartials: 0 })
    held.end()
    expect(await held.answer).toBe(200)
    expect((await file.send(0)).status).toBe(200)
    expect((await file.complete()).status).toBe(200)
  })

  it.runIf(onDisk)(
    'at the start stores what a killed server had given its name, without the client',
    async () => {
      const dataDir = temporaryFolder()
      const first = await start({ dataDir })
      const bytes = bytesOf(100_000)
      const task = await first.client.offer('named.jpg', bytes)
      await first.client.send(task, bytes)
      await first.server.close()
      await link(join(partialsOf(dataDir), task.taskId), join(libraryOf(dataDir), 'named.jpg'))
      const { server } = await start({ dataDir })
      expect(await server.uploads.ledger.openTasks()).toEqual([])
      expect(await server.uploads.ledger.fileAt('named.jpg')).toMatchObject({ sha256: sha256(bytes) })
      expect(await partialNames(dataDir)).toEqual([])
      expect(await storedFiles(dataDir)).toEqual(['named.jpg'])
    },
  )

  it.runIf(onDisk)('is not kept from the rest by one thing that cannot be removed', async () => {
    const { server, dataDir } = await start()
    for (const name of ['a', 'c']) await putPartial(dataDir, name.repeat(32), 'rubbish')
    await mkdir(join(partialsOf(dataDir), 'b'.repeat(32)))
    expect(await cleanUp(server.uploads)).toEqual({ removedTasks: 0, removedPartials: 2 })
    expect(await partialNames(dataDir)).toEqual(['b'.repeat(32)])
  })
})
