/** A server that is told to stop: what is in flight ends well, what comes is told when to come back, and it ends in time. */
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { bytesOf, type Client, contentDigest, spawnServer, start, temporaryFolder } from './harness.ts'
import { onDisk, partialNames } from './test-storage.ts'

/** A chunk's PUT whose second half is sent on demand. */
function slowPut(client: Client, taskId: string, bytes: Uint8Array) {
  const body = new Readable({ read: () => undefined })
  body.push(bytes.subarray(0, bytes.length / 2))
  const answer = fetch(`${client.url}/api/task/${taskId}/chunk/0`, {
    method: 'PUT',
    headers: {
      Authorization: `Bearer ${client.token}`,
      'Content-Length': String(bytes.length),
      'Content-Digest': contentDigest(bytes),
    },
    body: Readable.toWeb(body) as ReadableStream,
    duplex: 'half',
  } as RequestInit)
  const finish = () => {
    body.push(bytes.subarray(bytes.length / 2))
    body.push(null)
  }
  return { answer, finish, cut: () => body.destroy() }
}

describe('a server that is told to stop', () => {
  it('ends at once when nothing is in flight, kept connections or not', async () => {
    const { client, server } = await start({ env: { STOP_TIMEOUT: '60' } })
    await client.upload('a.jpg', bytesOf(1_000))
    await server.close()
    await expect(client.request('GET', '/api/health')).rejects.toThrow()
  })

  it('lets a request in flight end, and tells the others to come back', async () => {
    const { client, server } = await start({ env: { STOP_TIMEOUT: '60' } })
    const bytes = bytesOf(50_000)
    const task = await client.offer('slow.jpg', bytes)
    const put = slowPut(client, task.taskId, bytes)
    await expect.poll(() => server.uploads.activity.isWriting(task.taskId)).toBe(true)
    const closed = server.close()
    const refused = await client.request('GET', `/api/task/${task.taskId}`)
    expect(refused).toMatchObject({ status: 503, body: { error: { code: 'server-closing' } } })
    expect(Number(refused.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect((await client.request('GET', '/api/health')).status).toBe(503)
    put.finish()
    expect((await put.answer).status).toBe(200)
    await closed
  })

  // On its way into a bucket so little is in memory only: there is nothing to see.
  it.runIf(onDisk)('waits no longer than it was told to, and keeps what it had', async () => {
    const dataDir = temporaryFolder()
    const child = await spawnServer(dataDir, { env: { STOP_TIMEOUT: '1' } })
    const bytes = bytesOf(150_000)
    const task = await child.client.offer('stuck.jpg', bytes)
    await child.client.put(task.taskId, 1, bytes.subarray(65_536, 131_072))
    const other = await child.client.offer('other.jpg', bytes.subarray(0, 1_000))
    const put = slowPut(child.client, other.taskId, bytes.subarray(0, 1_000))
    const cutOff = put.answer.catch(() => 'cut off')
    await expect.poll(() => partialNames(dataDir)).toHaveLength(2)
    child.process.kill('SIGTERM')
    expect(await child.exited).toBe(0)
    put.cut()
    expect(await cutOff).toBe('cut off')
    const again = await spawnServer(dataDir)
    expect((await again.client.offer('stuck.jpg', bytes)).uploadedChunks).toEqual([1])
  })

  it.runIf(onDisk)('ends at once when it is told twice', async () => {
    const dataDir = temporaryFolder()
    const child = await spawnServer(dataDir, { env: { STOP_TIMEOUT: '600' } })
    const bytes = bytesOf(1_000)
    const task = await child.client.offer('stuck.jpg', bytes)
    const put = slowPut(child.client, task.taskId, bytes)
    const cutOff = put.answer.catch(() => 'cut off')
    await expect.poll(() => partialNames(dataDir)).toHaveLength(1)
    child.process.kill('SIGTERM')
    await expect.poll(child.stderr).toContain('stopping')
    child.process.kill('SIGINT')
    expect(await child.exited).toBe(1)
    put.cut()
    await cutOff
  })
})
