/**
 * What is the same file (R9, docs/promises.md; docs/same-bytes.md): of the public MD5 collision both files are stored, whole,
 * in every dialect, and what was there before stays as it was.
 */
import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Config } from '../../server/config/config.ts'
import { openStore } from '../../server/storage/open-store.ts'
import type { Task } from '../../src/shared/protocol/wire.ts'
import { dialects } from './bring.ts'
import { collidingFiles, collisionMd5 } from './collision-pair.ts'
import { contractUpload, sendAll } from './contract-client.ts'
import {
  bytesOf,
  chunkOf,
  contentDigest,
  md5,
  type Started,
  sha256,
  spawnServer,
  start,
  temporaryFolder,
} from './harness.ts'
import { partialNames, putStored, storedBytes, storedFiles } from './test-storage.ts'

/** Several chunks, of which only the first differs. */
const [one, other] = collidingFiles(bytesOf(3_500_000))
const options = { env: { CHUNK_SIZE: '1M' }, args: ['--no-auth'] }
const names = Object.keys(dialects)

async function startWithAnother() {
  const { client, dataDir, server } = await start(options)
  const before = bytesOf(1_000)
  await client.upload('before.jpg', before)
  return { client, dataDir, server, before }
}

/** Which of the files are stored where; nothing else is, and nothing is left over. */
async function expectStored(dataDir: string, expected: Readonly<Record<string, Buffer>>): Promise<void> {
  expect(await storedFiles(dataDir)).toEqual(Object.keys(expected).sort())
  for (const [path, bytes] of Object.entries(expected)) {
    expect((await storedBytes(dataDir, path)).equals(bytes), path).toBe(true)
  }
  expect(await partialNames(dataDir)).toEqual([])
}

/** A chunk over a slow line: half of it arrives at first, the rest when `finish` is called. */
async function slowChunk(
  { client: { url, token }, server }: Pick<Started, 'client' | 'server'>,
  { taskId, chunkSize }: Task,
  bytes: Buffer,
  index: number,
) {
  const chunk = bytes.subarray(index * chunkSize, (index + 1) * chunkSize)
  const headers = {
    Authorization: `Bearer ${token}`,
    'Content-Type': 'application/octet-stream',
    'Content-Digest': contentDigest(chunk),
    'Content-Length': chunk.length,
  }
  const outgoing = request(`${url}/api/task/${taskId}/chunk/${index}`, { method: 'PUT', headers })
  const half = chunk.length / 2
  outgoing.write(chunk.subarray(0, half))
  await expect.poll(() => server.uploads.activity.isWriting(taskId)).toBe(true)
  return {
    finish: async () => {
      const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>
      outgoing.end(chunk.subarray(half))
      const [answer] = await answered
      return { status: answer.statusCode, body: await json(answer) }
    },
  }
}

it('knows a real collision: one MD5, two SHA-256s', () => {
  const pair = collidingFiles()
  expect(pair.map(md5)).toEqual([collisionMd5, collisionMd5])
  expect(new Set(pair.map(sha256)).size).toBe(2)
  expect(md5(one)).toBe(md5(other))
  expect(sha256(one)).not.toBe(sha256(other))
})

describe.each(names)('two files of one MD5, %s', (name) => {
  const bring = dialects[name] ?? (() => Promise.reject(new Error(name)))

  it('are both stored under two names, one after the other', async () => {
    const { client, dataDir, before } = await startWithAnother()
    await bring(client, 'one.jpg', one)
    await bring(client, 'other.jpg', other)
    await expectStored(dataDir, { 'before.jpg': before, 'one.jpg': one, 'other.jpg': other })
  })

  // Such a client has one upload at a time: it is refused until the first is stored.
  it.skipIf(name === 'numbered chunks, named at the end')(
    'are both stored under two names, at once',
    async () => {
      const { client, dataDir, before } = await startWithAnother()
      await Promise.all([bring(client, 'one.jpg', one), bring(client, 'other.jpg', other)])
      await expectStored(dataDir, { 'before.jpg': before, 'one.jpg': one, 'other.jpg': other })
    },
  )

  it('are both stored under one name, one after the other, and each only once', async () => {
    const { client, dataDir, before } = await startWithAnother()
    for (const bytes of [one, other, one, other]) await bring(client, 'a.jpg', bytes)
    await expectStored(dataDir, { 'before.jpg': before, 'a.jpg': one, 'a (2).jpg': other })
  })
})

describe('two files of one MD5 under one name at once', () => {
  it.each([[['native with SHA-256']], [['tus']], [['native with SHA-256', 'tus']]])(
    'are both stored: %j',
    async (chosen) => {
      const { client, dataDir, before } = await startWithAnother()
      const uploads = chosen.flatMap((name) =>
        [one, other].map((bytes) => dialects[name]?.(client, 'a.jpg', bytes)),
      )
      await Promise.all(uploads)
      const isFirst = (await storedBytes(dataDir, 'a.jpg')).equals(one)
      const [first, second] = isFirst ? [one, other] : [other, one]
      await expectStored(dataDir, { 'before.jpg': before, 'a.jpg': first, 'a (2).jpg': second })
    },
  )

  it('never mix where clients know only the MD5: the second is refused until the first is stored', async () => {
    const { client, dataDir, before } = await startWithAnother()
    const task = await client.offer('a.jpg', one, { hash: md5(one) })
    expect(await client.offer('a.jpg', other, { hash: md5(other) })).toMatchObject({ taskId: task.taskId })
    await client.put(task.taskId, 0, chunkOf(task, one, 0))
    const refused = await client.put(task.taskId, 0, chunkOf(task, other, 0))
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'chunk-conflict' } } })
    // The chunk is not said to be there any more: each client sends it, and only the first has the right bytes.
    expect((await client.offer('a.jpg', other, { hash: md5(other) })).uploadedChunks).toEqual([])
    for (const bytes of [one, other]) await dialects['native with MD5 alone']?.(client, 'a.jpg', bytes)
    const [first, second] = [one, other].map((bytes) => contractUpload(client.url, 'b.jpg', bytes, 1_000_000))
    await first?.send(0)
    expect((await second?.send(0))?.status).toBe(409)
    expect((await second?.check())?.body.uploadedChunks).toEqual([])
    for (const bytes of [one, other]) await dialects.contract?.(client, 'b.jpg', bytes)
    await expectStored(dataDir, {
      'before.jpg': before,
      'a.jpg': one,
      'a (2).jpg': other,
      'b.jpg': one,
      'b (2).jpg': other,
    })
  })

  it.each(['native with MD5 alone', 'contract'])(
    'are both stored once each client has tried often enough: %s',
    async (name) => {
      const { client, dataDir, before } = await startWithAnother()
      const untilStored = async (bytes: Buffer): Promise<void> => {
        for (let time = 0; time < 200; time += 1) {
          const failure = await dialects[name]?.(client, 'a.jpg', bytes).catch(String)
          if (failure === undefined) return
          expect(failure).toMatch(/chunk-conflict|task-gone|chunks-missing/)
          await pause(20)
        }
        throw new Error('never stored')
      }
      await Promise.all([one, other].map(untilStored))
      const isFirst = (await storedBytes(dataDir, 'a.jpg')).equals(one)
      const [first, second] = isFirst ? [one, other] : [other, one]
      await expectStored(dataDir, { 'before.jpg': before, 'a.jpg': first, 'a (2).jpg': second })
    },
  )

  it('are different tasks when one of them has a SHA-256, and neither disturbs the other', async () => {
    const { client, dataDir, before } = await startWithAnother()
    const byMd5 = await client.offer('a.jpg', one, { hash: md5(one) })
    const bySha256 = await client.offer('a.jpg', other)
    expect(bySha256.taskId).not.toBe(byMd5.taskId)
    expect(await client.offer('a.jpg', one, { hash: md5(one) })).toMatchObject({ taskId: byMd5.taskId })
    expect(await client.offer('a.jpg', other)).toMatchObject({ taskId: bySha256.taskId })
    await Promise.all([client.send(byMd5, one), client.send(bySha256, other)])
    expect((await client.finish(byMd5.taskId, md5(one))).body.sha256).toBe(sha256(one))
    expect((await client.finish(bySha256.taskId, md5(other))).body.sha256).toBe(sha256(other))
    await expectStored(dataDir, { 'before.jpg': before, 'a.jpg': one, 'a (2).jpg': other })
  })
})

it('stores both when the server is killed in the middle of the second, in every dialect', async () => {
  const dataDir = temporaryFolder()
  const first = await spawnServer(dataDir, options)
  for (const [index, bring] of Object.values(dialects).entries()) {
    await bring(first.client, `${index}.jpg`, one)
    await bring(first.client, `${index}.jpg`, other, 2_300_000)
  }
  first.process.kill('SIGKILL')
  await first.exited
  const second = await spawnServer(dataDir, options)
  for (const [index, bring] of Object.values(dialects).entries()) {
    await bring(second.client, `${index}.jpg`, other)
  }
  const stored = names.flatMap((_, index) => [
    [`${index}.jpg`, one],
    [`${index} (2).jpg`, other],
  ])
  await expectStored(dataDir, Object.fromEntries(stored))
})

it.each(names)('leaves a file of the same MD5 alone that a person put there: %s', async (name) => {
  const { client, dataDir, before } = await startWithAnother()
  await putStored(dataDir, 'a.jpg', one)
  await dialects[name]?.(client, 'a.jpg', other)
  await expectStored(dataDir, { 'before.jpg': before, 'a.jpg': one, 'a (2).jpg': other })
})

describe('an MD5 alone', () => {
  it('uses no stored file in the place of bytes, and yet stores no file twice', async () => {
    const { client, dataDir, before } = await startWithAnother()
    const task = await client.offer('before.jpg', before, { hash: md5(before) })
    expect(task).toMatchObject({ done: false, uploadedChunks: [] })
    await client.send(task, before)
    expect((await client.finish(task.taskId, md5(before))).body.path).toBe('/uploads/before.jpg')
    const upload = contractUpload(client.url, 'before.jpg', before, 600)
    expect((await upload.check()).body.uploadedChunks).toEqual([])
    expect((await upload.complete()).status).toBe(409)
    await sendAll(upload, [1, 0], 1)
    const completed = await upload.complete()
    expect(completed.body).toMatchObject({ success: true, path: '/uploads/before.jpg' })
    expect((await upload.complete()).body).toEqual({ ...completed.body, uploadTime: expect.any(Number) })
    await expectStored(dataDir, { 'before.jpg': before })
  })

  it('repeats the completion of each contract upload of a file, whatever its count of chunks', async () => {
    const { client, dataDir, before } = await startWithAnother()
    const uploads = [600, 1_000, 300].map((size) => contractUpload(client.url, 'before.jpg', before, size))
    for (const upload of uploads) {
      await sendAll(upload, [...Array(upload.totalChunks).keys()], 1)
      expect((await upload.complete()).status).toBe(200)
    }
    // As a client does whose answer was lost.
    for (const upload of uploads) {
      expect(await upload.complete()).toMatchObject({ status: 200, body: { path: '/uploads/before.jpg' } })
    }
    expect((await contractUpload(client.url, 'before.jpg', before, 200).complete()).status).toBe(409)
    await expectStored(dataDir, { 'before.jpg': before })
  })

  it('resumes an unfinished upload of the same client version, also once the client has a SHA-256', async () => {
    let nowMs = 1_000_000
    const { client, dataDir } = await start({ ...options, parts: { now: () => nowMs } })
    const task = await client.offer('a.jpg', one, { hash: md5(one) })
    await client.put(task.taskId, 0, chunkOf(task, one, 0))
    expect(await client.offer('a.jpg', one, { hash: md5(one) })).toMatchObject({ uploadedChunks: [0] })
    nowMs += 60_000
    const resumed = await client.offer('a.jpg', one)
    expect(resumed).toMatchObject({ taskId: task.taskId, uploadedChunks: [0] })
    await client.send(resumed, one)
    expect((await client.finish(task.taskId, md5(one), sha256(one))).status).toBe(200)
    await expectStored(dataDir, { 'a.jpg': one })
  })

  it('keeps its unfinished upload while a chunk of it is being written, however long that takes', async () => {
    let nowMs = 1_000_000
    const started = await start({ ...options, parts: { now: () => nowMs } })
    const { client, dataDir } = started
    const task = await client.offer('a.jpg', one, { hash: md5(one) })
    await client.put(task.taskId, 0, chunkOf(task, one, 0))
    const slow = await slowChunk(started, task, one, 1)
    nowMs += 60_000
    const bySha256 = await client.offer('a.jpg', other)
    expect(bySha256.taskId).not.toBe(task.taskId)
    expect((await slow.finish()).status).toBe(200)
    await client.send(await client.offer('a.jpg', one, { hash: md5(one) }), one)
    expect((await client.finish(task.taskId, md5(one))).body.sha256).toBe(sha256(one))
    await dialects['native with SHA-256']?.(client, 'a.jpg', other)
    await expectStored(dataDir, { 'a.jpg': one, 'a (2).jpg': other })
  })

  it('keeps its upload while it is being verified, however long that takes', async () => {
    let nowMs = 1_000_000
    const gate = Promise.withResolvers<void>()
    const verifying = Promise.withResolvers<void>()
    const openHeldStore = async ({ DATA_DIR, STORAGE_URL }: Config) => {
      const store = await openStore({ dataDir: DATA_DIR, freeSpaceReserve: 0, bucket: STORAGE_URL })
      const seal = store.sealPartial.bind(store)
      store.sealPartial = async (...about) => {
        verifying.resolve()
        await gate.promise
        return seal(...about)
      }
      return store
    }
    const { client, dataDir } = await start({
      ...options,
      parts: { now: () => nowMs, openStore: openHeldStore },
    })
    const task = await client.offer('a.jpg', one, { hash: md5(one) })
    await client.send(task, one)
    const completed = client.finish(task.taskId, md5(one))
    await verifying.promise
    nowMs += 60_000
    expect((await client.offer('a.jpg', other)).taskId).not.toBe(task.taskId)
    gate.resolve()
    expect((await completed).body.sha256).toBe(sha256(one))
    await dialects['native with SHA-256']?.(client, 'a.jpg', other)
    await expectStored(dataDir, { 'a.jpg': one, 'a (2).jpg': other })
  })

  it('does not complete bytes of another SHA-256', async () => {
    const { client } = await startWithAnother()
    const task = await client.offer('a.jpg', one, { hash: md5(one) })
    await client.send(task, one)
    const wrong = await client.finish(task.taskId, md5(one), sha256(other))
    expect(wrong).toMatchObject({ status: 422, body: { error: { code: 'digest-mismatch' } } })
    expect((await client.finish(task.taskId, md5(one), sha256(one))).status).toBe(200)
    expect((await client.finish(task.taskId, md5(one), sha256(other))).status).toBe(422)
  })
})
