/** A chunk that brings the wish to complete with it: the file of one chunk needs two requests in the place of three. */
import { beforeAll, expect, it } from 'vitest'
import { chunkReceiptSchema } from '../../src/shared/protocol/wire.ts'
import { bytesOf, type Client, chunkOf, md5, type Started, sha256, start } from './harness.ts'
import { storedBytes, storedFiles } from './test-storage.ts'

let started: Started
let client: Client
beforeAll(async () => {
  started = await start({ env: { TOKENS: 'anna:anna-secret' } })
  client = started.client
})

it('answers the stored file, the same that completing would answer', async () => {
  const bytes = bytesOf(10_000)
  const task = await client.offer('one/a.jpg', bytes)
  const answer = await client.put(task.taskId, `0?complete=${md5(bytes)}`, bytes)
  const receipt = chunkReceiptSchema.parse(answer.body)
  expect(receipt).toMatchObject({ uploaded: 1, total: 1, progress: 100 })
  expect(receipt.stored).toMatchObject({ size: 10_000, md5: md5(bytes), path: '/uploads/one/a.jpg' })
  expect(await storedBytes(started.dataDir, 'anna/one/a.jpg')).toEqual(bytes)
  expect((await client.complete(task.taskId, md5(bytes))).body).toEqual(receipt.stored)
  // An answer that was lost: the task is over, and the next offer says why.
  expect((await client.put(task.taskId, `0?complete=${md5(bytes)}`, bytes)).status).toBe(404)
  expect((await client.offer('one/a.jpg', bytes)).done).toBe(true)
})

it('holds the file against its SHA-256 too, when that comes with the chunk', async () => {
  const bytes = bytesOf(1_000)
  const task = await client.offer('sha.jpg', bytes, { hash: md5(bytes) })
  const complete = (digest: string) =>
    client.put(task.taskId, `0?complete=${md5(bytes)}&sha256=${digest}`, bytes)
  expect((await complete('x')).status).toBe(400)
  expect(await complete('0'.repeat(64))).toMatchObject({
    status: 422,
    body: { error: { code: 'digest-mismatch' } },
  })
  expect((await complete(sha256(bytes))).body.stored).toMatchObject({
    md5: md5(bytes),
    sha256: sha256(bytes),
  })
})

it('completes a file of several chunks with whichever comes last, and not before', async () => {
  const bytes = bytesOf(200_000)
  const task = await client.offer('several.jpg', bytes)
  const answers = []
  for (const index of [2, 0, 3, 1]) {
    answers.push(
      await client.put(task.taskId, `${index}?complete=${md5(bytes)}`, chunkOf(task, bytes, index)),
    )
  }
  expect(answers.map(({ status, body }) => [status, body.stored !== undefined])).toEqual([
    [200, false],
    [200, false],
    [200, false],
    [200, true],
  ])
})

it('keeps the chunk when it is not the file that was meant, and stores nothing', async () => {
  const bytes = bytesOf(1_000)
  const task = await client.offer('wrong.jpg', bytes, { hash: undefined })
  const wrong = await client.put(task.taskId, `0?complete=${'0'.repeat(32)}`, bytes)
  expect(wrong).toMatchObject({ status: 422, body: { error: { code: 'digest-mismatch' } } })
  expect((await client.request('GET', `/api/task/${task.taskId}`)).body.uploadedChunks).toEqual([0])
  // The same chunk again, with the right wish.
  const right = await client.put(task.taskId, `0?complete=${md5(bytes)}`, bytes)
  expect(right.body.stored).toMatchObject({ md5: md5(bytes) })
})

it('refuses a wish that is none before it reads a byte, and damaged bytes as always', async () => {
  const bytes = bytesOf(1_000)
  const task = await client.offer('damaged.jpg', bytes)
  for (const wish of ['', 'x', '../x', md5(bytes).toUpperCase()]) {
    expect((await client.put(task.taskId, `0?complete=${wish}`, bytes)).status).toBe(400)
  }
  const damaged = await client.put(task.taskId, `0?complete=${md5(bytes)}`, bytes, {
    'Content-Digest': `sha-256=:${Buffer.alloc(32).toString('base64')}:`,
  })
  expect(damaged.status).toBe(422)
  expect(await storedFiles(started.dataDir)).not.toContain('anna/damaged.jpg')
  expect((await client.request('DELETE', `/api/task/${task.taskId}`)).status).toBe(204)
})
