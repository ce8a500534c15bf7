/** Chunks as small as a client asks for, where larger ones do not get through on its way. */
import { describe, expect, it } from 'vitest'
import { chunkSizeFor, totalChunks } from '../../server/uploads/chunk-plan.ts'
import { leastChunkBytes, routes } from '../../src/shared/protocol/wire.ts'
import { bytesOf, md5, start } from './harness.ts'
import { storedBytes } from './test-storage.ts'

const kibibyte = 2 ** 10
const mebibyte = 2 ** 20

describe('a client that asks for chunks of a largest size', () => {
  it('gets them, and its file is stored as any other', async () => {
    const { client, dataDir } = await start({ env: { CHUNK_SIZE: '8M' } })
    const bytes = bytesOf(1_000_000)
    const task = await client.offer('small.jpg', bytes, { maxChunkSize: 300_000 })
    expect(task).toMatchObject({ chunkSize: 300_000, totalChunks: 4 })
    await client.send(task, bytes)
    expect((await client.finish(task.taskId, md5(bytes))).status).toBe(200)
    expect(await storedBytes(dataDir, 'small.jpg')).toEqual(bytes)
  })

  it('gets none larger than the server’s own', async () => {
    const { client } = await start({ env: { CHUNK_SIZE: '512K' } })
    const task = await client.offer('own.jpg', bytesOf(1_000_000), { maxChunkSize: mebibyte })
    expect(task.chunkSize).toBe(512 * kibibyte)
  })

  it('may not ask for less than 256 KiB', async () => {
    const { client } = await start()
    const request = { fileName: 'a.jpg', fileSize: 10, maxChunkSize: leastChunkBytes - 1 }
    expect((await client.post(routes.tasks, request)).status).toBe(400)
  })
})

describe('the number of chunks', () => {
  it.each([
    ['stays as it was for a client that asks for nothing', 100e9, undefined, 10 * mebibyte],
    ['is as asked for, up to a hundred thousand', 100e9, mebibyte, mebibyte],
    ['may make them larger than asked for', 50e9, leastChunkBytes, 8 * 64 * kibibyte],
    ['does not matter to a small file', 100, leastChunkBytes, leastChunkBytes],
  ])('%s', (_what, size, asked, expected) => {
    const chunkSize = chunkSizeFor(size, 8 * mebibyte, asked)
    expect(chunkSize).toBe(expected)
    expect(totalChunks({ size, chunkSize })).toBeLessThanOrEqual(100_000)
  })
})
