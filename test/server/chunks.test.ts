import { request } from 'node:http'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  bytesOf,
  type Client,
  chunkOf,
  contentDigest,
  crcDigest,
  md5,
  type Started,
  sha256,
  start,
} from './harness.ts'
import { damagePartial, partialNames, storedBytes } from './test-storage.ts'

let started: Started
/** One that does not wait long for another request, and one that does not wait long for a body. */
let hasty: Started
let strict: Started
beforeAll(async () => {
  started = await start()
  hasty = await start({ parts: { waitMs: 50 } })
  strict = await start({ env: { CHUNK_SIZE: '4M' }, parts: { bodyIdleMs: 1_500 } })
})

/** Begins to send a chunk and stops half-way, with the connection open. */
function beginChunk(client: Client, taskId: string, index: number, bytes: Uint8Array) {
  const sending = request(`${client.url}/api/task/${taskId}/chunk/${index}`, {
    method: 'PUT',
    headers: {
      Authorization: `Bearer ${client.token}`,
      'Content-Length': bytes.length,
      'Content-Digest': contentDigest(bytes),
    },
  })
  const answer = new Promise<number | undefined>((resolve) => {
    sending.on('response', (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sending.on('error', () => resolve(undefined))
  })
  sending.write(bytes.subarray(0, bytes.length / 2))
  return { sending, answer, finish: () => sending.end(bytes.subarray(bytes.length / 2)) }
}

/** Resolves once the server is at work on a chunk. */
async function untilTaken(name: string, bytes: Uint8Array, { client, server } = started) {
  const task = await client.offer(name, bytes)
  const first = beginChunk(client, task.taskId, 0, chunkOf(task, bytes, 0))
  await expect.poll(() => server.uploads.activity.isWriting(task.taskId)).toBe(true)
  return { task, first, chunk: chunkOf(task, bytes, 0) }
}

describe('a chunk', () => {
  it('counts once, however often it is sent', async () => {
    const bytes = bytesOf(100_000)
    const task = await started.client.offer('twice.jpg', bytes)
    for (const _ of [1, 2, 3]) {
      const answer = await started.client.put(task.taskId, 0, chunkOf(task, bytes, 0))
      expect(answer).toMatchObject({
        status: 200,
        body: { chunkIndex: 0, uploaded: 1, total: 2, progress: 50 },
      })
    }
  })

  it('is refused with other bytes once it is held, and nothing changes', async () => {
    const bytes = bytesOf(65_536)
    const task = await started.client.offer('conflict.jpg', bytes)
    await started.client.put(task.taskId, 0, bytes)
    const answer = await started.client.put(task.taskId, 0, bytesOf(65_536))
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'chunk-conflict' } } })
    expect((await started.client.finish(task.taskId, md5(bytes))).status).toBe(200)
  })

  it('may come with either digest, and again with the other', async () => {
    const bytes = bytesOf(150_000)
    const task = await started.client.offer('either.jpg', bytes)
    const digests = [contentDigest, crcDigest]
    for (const turn of [0, 1]) {
      for (const index of [0, 1]) {
        const chunk = chunkOf(task, bytes, index)
        const digest = digests[(index + turn) % 2] ?? contentDigest
        const answer = await started.client.put(task.taskId, index, chunk, {
          'Content-Digest': digest(chunk),
        })
        expect(answer).toMatchObject({ status: 200, body: { uploaded: Math.max(turn * 2, index + 1) } })
      }
    }
    for (const index of [0, 1]) {
      for (const digest of digests) {
        const other = bytesOf(65_536)
        const headers = { 'Content-Digest': digest(other) }
        const answer = await started.client.put(task.taskId, index, other, headers)
        expect(answer).toMatchObject({ status: 409, body: { error: { code: 'chunk-conflict' } } })
      }
    }
    await started.client.send({ ...task, uploadedChunks: [0, 1] }, bytes)
    expect((await started.client.finish(task.taskId, md5(bytes))).status).toBe(200)
    expect(await storedBytes(started.dataDir, 'either.jpg')).toEqual(bytes)
  })

  it.each([
    ['of a file of one chunk', 60_000],
    ['of several', 200_000],
  ])(
    '%s is sent with CRC-32C, and sent again when it went bad on the way or on the disk',
    async (_, size) => {
      const { client, dataDir } = started
      const bytes = bytesOf(size)
      const name = `crc ${size}.jpg`
      const task = await client.offer(name, bytes)
      for (let index = 0; index < task.totalChunks; index += 1) {
        const chunk = chunkOf(task, bytes, index)
        const damaged = Buffer.from(chunk)
        damaged[9] = (damaged[9] ?? 0) ^ 1
        const headers = { 'Content-Digest': crcDigest(chunk) }
        const refused = await client.put(task.taskId, index, damaged, headers)
        expect(refused).toMatchObject({ status: 422, body: { error: { code: 'chunk-corrupted' } } })
        expect((await client.put(task.taskId, index, chunk, headers)).status).toBe(200)
      }
      if (task.totalChunks > 1) {
        await damagePartial(dataDir, task.taskId, 70_000, task.chunkSize)
        const answer = await client.complete(task.taskId, md5(bytes))
        expect(answer.body.error).toMatchObject({ code: 'chunks-missing', details: { missingChunks: [1] } })
      }
      expect((await client.upload(name, bytes)).body).toMatchObject({
        md5: md5(bytes),
        sha256: sha256(bytes),
      })
      expect(await storedBytes(dataDir, name)).toEqual(bytes)
    },
  )

  it('is refused when its bytes are not those of its digest, and welcome when they are', async () => {
    const bytes = bytesOf(100_000)
    const task = await started.client.offer('flipped.jpg', bytes)
    const damaged = Buffer.from(chunkOf(task, bytes, 0))
    damaged[5] = (damaged[5] ?? 0) ^ 1
    const headers = { 'Content-Digest': contentDigest(chunkOf(task, bytes, 0)) }
    const answer = await started.client.put(task.taskId, 0, damaged, headers)
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'chunk-corrupted' } } })
    expect(await started.client.offer('flipped.jpg', bytes)).toMatchObject({ uploadedChunks: [] })
    expect((await started.client.upload('flipped.jpg', bytes)).status).toBe(200)
  })

  it('is refused when it comes again damaged under its own digest, and counts as before', async () => {
    const bytes = bytesOf(100_000)
    const task = await started.client.offer('again damaged.jpg', bytes)
    const chunk = chunkOf(task, bytes, 0)
    const damaged = Buffer.from(chunk)
    damaged[5] = (damaged[5] ?? 0) ^ 1
    for (const digest of [contentDigest, crcDigest]) {
      await started.client.put(task.taskId, 0, chunk)
      const headers = { 'Content-Digest': digest(chunk) }
      const answer = await started.client.put(task.taskId, 0, damaged, headers)
      expect(answer).toMatchObject({ status: 422, body: { error: { code: 'chunk-corrupted' } } })
    }
    expect((await started.client.upload('again damaged.jpg', bytes)).status).toBe(200)
  })

  it('is refused behind the last one, also with no byte in it', async () => {
    const bytes = bytesOf(131_072)
    const task = await started.client.offer('whole chunks.jpg', bytes)
    expect(task.totalChunks).toBe(2)
    const answer = await started.client.put(task.taskId, 2, Buffer.alloc(0))
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'chunk-invalid' } } })
  })

  it('needs its exact length, and a digest', async () => {
    const bytes = bytesOf(100_000)
    const task = await started.client.offer('length.jpg', bytes)
    for (const length of [1, 65_535, 65_537]) {
      const answer = await started.client.put(task.taskId, 0, bytesOf(length))
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'chunk-invalid' } } })
    }
    for (const digest of ['', 'md5=:AAAA:', 'sha-256=:AAAA:', 'sha-256=AAAA']) {
      const answer = await started.client.put(task.taskId, 0, chunkOf(task, bytes, 0), {
        'Content-Digest': digest,
      })
      expect(answer.status).toBe(400)
    }
  })

  it.each(['-1', 'NaN', '2', '1000000000', '9007199254740993', '1e3', '0x1', '%00', '1.5'])(
    'is refused under the index %s',
    async (index) => {
      const task = await started.client.offer('index.jpg', Buffer.alloc(100_000))
      const answer = await started.client.put(task.taskId, index, bytesOf(10))
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'chunk-invalid' } } })
    },
  )
})

describe('two requests for one chunk', () => {
  it('follow each other: the second waits and is answered like the first', async () => {
    const { task, first, chunk } = await untilTaken('wait.jpg', bytesOf(100_000))
    const second = started.client.put(task.taskId, 0, chunk)
    first.finish()
    expect(await first.answer).toBe(200)
    expect(await second).toMatchObject({ status: 200, body: { uploaded: 1 } })
  })

  it('end with 423 and Retry-After for the second when the first takes too long', async () => {
    const { task, first, chunk } = await untilTaken('busy.jpg', bytesOf(100_000), hasty)
    const second = await hasty.client.put(task.taskId, 0, chunk)
    expect(second).toMatchObject({ status: 423, body: { error: { code: 'task-busy' } } })
    expect(second.headers.get('Retry-After')).toBe('1')
    first.sending.destroy()
  })

  it('do not hinder each other when the client of the first vanishes', async () => {
    const { task, first, chunk } = await untilTaken('vanished.jpg', bytesOf(100_000))
    first.sending.destroy()
    expect((await started.client.put(task.taskId, 0, chunk)).status).toBe(200)
  })

  it('end at once when the task is given up', async () => {
    const { task, first } = await untilTaken('given-up.jpg', bytesOf(100_000))
    expect((await started.client.request('DELETE', `/api/task/${task.taskId}`)).status).toBe(204)
    expect(await first.answer).toBe(404)
    expect(await partialNames(started.dataDir)).not.toContain(task.taskId)
  })
})

describe('a slow body', () => {
  it('is cut off when it stands still, and the chunk is free again', async () => {
    const bytes = bytesOf(100_000)
    const task = await strict.client.offer('stalled.jpg', bytes)
    expect(await beginChunk(strict.client, task.taskId, 0, bytes).answer).toBe(408)
    expect((await strict.client.put(task.taskId, 0, bytes)).status).toBe(200)
  })

  it('is cut off as well when it stands still after a piece that had to wait for the disk', async () => {
    const bytes = bytesOf(3_000_000)
    const task = await strict.client.offer('stalled-late.jpg', bytes)
    const { answer, sending } = beginChunk(strict.client, task.taskId, 0, bytes)
    expect(await answer).toBe(408)
    sending.destroy()
  })

  it('is received however long it takes while it moves', async () => {
    const bytes = bytesOf(4_000)
    const task = await strict.client.offer('slow.jpg', bytes)
    const { sending, answer } = beginChunk(strict.client, task.taskId, 0, bytes)
    for (let at = 2_000; at < 4_000; at += 100) {
      // Together longer than a body may stand still, each far shorter: a busy machine may make ten times as much of it.
      await new Promise((resolve) => setTimeout(resolve, 100))
      sending.write(bytes.subarray(at, at + 100))
    }
    sending.end()
    expect(await answer).toBe(200)
  })
})

const faults = ['whole', 'truncated', 'doubled', 'flipped', 'missing', 'too-long'] as const

describe('a hostile way (F6)', () => {
  it('never lets damaged content be stored, and always ends well once it is mended', async () => {
    let round = 0
    const step = fc.record({ index: fc.nat(3), fault: fc.constantFrom(...faults), at: fc.nat(65_535) })
    const property = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      round += 1
      const name = `fuzz/${round}.jpg`
      const bytes = bytesOf(200_000)
      const task = await started.client.offer(name, bytes)
      const held = new Set<number>()
      for (const { index, fault, at } of steps) {
        const chunk = chunkOf(task, bytes, index)
        const headers = { 'Content-Digest': contentDigest(chunk) }
        const answer = await started.client.put(task.taskId, index, spoil(chunk, fault, at), headers)
        // What is held already may be answered from the ledger; the bytes are not looked at again.
        if (fault === 'whole' || fault === 'doubled') expect(answer.status).toBe(200)
        else if (!(held.has(index) && fault === 'flipped')) expect(answer.status).toBeGreaterThanOrEqual(400)
        if (fault === 'doubled')
          expect((await started.client.put(task.taskId, index, chunk)).status).toBe(200)
        if (fault === 'whole' || fault === 'doubled') held.add(index)
      }
      const status = await started.client.request('GET', `/api/task/${task.taskId}`)
      expect(status.body.uploadedChunks).toEqual([...held].sort())
      if (held.size < 4) expect((await started.client.complete(task.taskId, md5(bytes))).status).toBe(409)
      expect((await started.client.upload(name, bytes)).status).toBe(200)
      expect(md5(await storedBytes(started.dataDir, name))).toBe(md5(bytes))
    })
    const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31)
    console.log(`F6 seed: FUZZ_SEED=${seed}`)
    await fc.assert(property, { seed, numRuns: Number(process.env.FUZZ_RUNS ?? 60) })
  })
})

function spoil(chunk: Uint8Array, fault: (typeof faults)[number], at: number): Uint8Array {
  const place = at % chunk.length
  if (fault === 'truncated') return chunk.subarray(0, place)
  if (fault === 'missing') return Buffer.alloc(0)
  if (fault === 'too-long') return Buffer.concat([chunk, Buffer.of(1)])
  if (fault !== 'flipped') return chunk
  const spoiled = Buffer.from(chunk)
  spoiled[place] = (spoiled[place] ?? 0) ^ 1
  return spoiled
}
