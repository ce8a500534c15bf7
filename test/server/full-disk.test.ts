/** F10: the server on a 16 MiB disk. A full one is told as such, harms nothing, and goes on when there is room (R11). */
import { spawnSync } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bytesOf, chunkOf, md5, type Started, spawnNode, start, temporaryFolder } from './harness.ts'
import { onDisk, storedBytes } from './test-storage.ts'

const mebibyte = 2 ** 20

/** A folder on a small disk of its own, or why there is none. */
function smallDisk(): { folder: string } | { reason: string } {
  const folder = temporaryFolder()
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder], { encoding: 'utf8' })
  return mounted.status === 0
    ? { folder }
    : { reason: `cannot mount a tmpfs: ${mounted.stderr || mounted.error}` }
}

describe.runIf(onDisk)('a full disk', () => {
  it('is answered with 507, and the upload goes on when there is room', async ({ skip }) => {
    const disk = smallDisk()
    if ('reason' in disk) return skip(disk.reason)
    try {
      await fillAndFree(join(disk.folder, 'data'))
    } finally {
      spawnSync('umount', ['-l', disk.folder])
    }
  })
})

async function fillAndFree(dataDir: string): Promise<void> {
  const started = await start({ dataDir, env: { CHUNK_SIZE: '1M', FREE_SPACE_RESERVE: '0' } })
  const { client } = started
  const kept = bytesOf(mebibyte)
  await client.upload('kept.jpg', kept)
  const tooLarge = await client.post('/api/task', { fileName: 'x', fileSize: 20 * mebibyte })
  expect(tooLarge).toMatchObject({ status: 507, body: { error: { code: 'storage-full' } } })

  const bytes = bytesOf(8 * mebibyte)
  const task = await client.offer('clip.mov', bytes)
  const ballast = join(dataDir, 'ballast')
  await fill(ballast)
  const statuses = await putAll(started, task, bytes)
  expect(statuses).toContain(507)
  expect(statuses.every((status) => status === 200 || status === 507)).toBe(true)
  expect((await client.complete(task.taskId, md5(bytes))).status).toBeGreaterThanOrEqual(400)
  expect((await client.download('/uploads/kept.jpg')).bytes).toEqual(kept)

  await rm(ballast)
  // The free space is asked for once a second.
  await expect.poll(async () => (await client.put(task.taskId, 7, chunkOf(task, bytes, 7))).status).toBe(200)
  expect((await client.upload('clip.mov', bytes)).status).toBe(200)
  expect(md5(await storedBytes(dataDir, 'clip.mov'))).toBe(md5(bytes))
  await started.server.close()
}

async function putAll(
  { client }: Started,
  task: Awaited<ReturnType<Started['client']['offer']>>,
  bytes: Buffer,
) {
  const statuses: number[] = []
  for (let index = 0; index < task.totalChunks; index += 1) {
    statuses.push((await client.put(task.taskId, index, chunkOf(task, bytes, index))).status)
  }
  return statuses
}

/** Leaves no byte free. */
async function fill(path: string): Promise<void> {
  for (const size of [mebibyte, 4096]) {
    try {
      for (;;) await writeFile(path, Buffer.alloc(size), { flag: 'a' })
    } catch (thrown) {
      expect(thrown).toMatchObject({ code: 'ENOSPC' })
    }
  }
}

describe('a full disk at the start', () => {
  it('is told in one sentence', async ({ skip }) => {
    const disk = smallDisk()
    if ('reason' in disk) return skip(disk.reason)
    try {
      await fill(join(disk.folder, 'ballast'))
      const child = spawnNode(['server/index.ts', '--port', '0', '--data', join(disk.folder, 'data')])
      expect(await child.exited).toBe(1)
      expect(child.stderr().trim().split('\n')).toHaveLength(1)
    } finally {
      spawnSync('umount', ['-l', disk.folder])
    }
  })
})
