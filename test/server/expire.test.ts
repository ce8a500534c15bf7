/** Cleaning up, at the start and from time to time: what expired or belongs to nobody goes, what lives stays. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanUp } from '../../server/uploads/clean-up.ts'
import { bytesOf, chunkOf, start, temporaryFolder } from './harness.ts'
import { onDisk, partialNames, partialsOf, putPartial, removePartial, storedFiles } from './test-storage.ts'

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

  it.runIf(onDisk)('is not kept from the rest by one thing that cannot be removed', async () => {
    const { server, dataDir } = await start()
    for (const name of ['a', 'c']) await putPartial(dataDir, name.repeat(32), 'rubbish')
    await mkdir(join(partialsOf(dataDir), 'b'.repeat(32)))
    expect(await cleanUp(server.uploads)).toEqual({ removedTasks: 0, removedPartials: 2 })
    expect(await partialNames(dataDir)).toEqual(['b'.repeat(32)])
  })
})
