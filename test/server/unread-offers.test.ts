/**
 * Offers of files that were not read yet (docs/same-bytes.md): they may travel at once unless something stored agrees in size
 * and ends; and whatever agrees, only whole digests decide what is stored.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Answer, bytesOf, Client, chunkOf, md5, sha256, start } from './harness.ts'
import { onDisk, storedBytes, storedFiles } from './test-storage.ts'

const { client, dataDir } = await start()
const endsBytes = 64 * 1024

function endsOf(bytes: Buffer): string {
  return sha256(
    Buffer.concat([bytes.subarray(0, endsBytes), bytes.subarray(Math.max(0, bytes.length - endsBytes))]),
  )
}

/** Equal in size and ends, different in the middle. */
function twins(size = 300_000): [Buffer, Buffer] {
  const one = bytesOf(size)
  const other = Buffer.from(one)
  const middle = Math.floor(size / 2)
  other[middle] = (other[middle] ?? 0) ^ 1
  return [one, other]
}

/** Offers without digests. */
function offerUnread(
  relativePath: string,
  bytes: Buffer,
  by: Client = client,
  more: { readonly taskId?: string } = {},
): Promise<Answer> {
  const offer = { fileName: relativePath, relativePath, fileSize: bytes.length, ends: endsOf(bytes) }
  return by.post('/api/task', { ...offer, ...more })
}

/** Offers with digests as well as ends, as a client does that has read its file by now. */
const offerRead = (path: string, bytes: Buffer) => client.offer(path, bytes, { ends: endsOf(bytes) })

async function taskOf(path: string, bytes: Buffer) {
  const { status, body } = await offerUnread(path, bytes)
  expect({ status, ends: body.ends, done: body.done }).toEqual({
    status: 200,
    ends: endsOf(bytes),
    done: false,
  })
  return body as unknown as Awaited<ReturnType<Client['offer']>>
}

const complete = (taskId: string, bytes: Buffer) => client.finish(taskId, md5(bytes), sha256(bytes))

describe('a file that was not read yet', () => {
  it.each([300_000, 100_000, 65_536, 10])(
    'of %i bytes is taken as it is, and stored with its digests',
    async (size) => {
      const bytes = bytesOf(size)
      const task = await taskOf(`new ${size}.mov`, bytes)
      await client.send(task, bytes)
      const { status, body } = await complete(task.taskId, bytes)
      expect({ status, ...body }).toMatchObject({ status: 200, md5: md5(bytes), sha256: sha256(bytes) })
      expect((await storedBytes(dataDir, `new ${size}.mov`)).equals(bytes)).toBe(true)
    },
  )

  it('goes on where it stopped, whether its client knows only its ends again or its digests by now', async () => {
    const bytes = bytesOf(300_000)
    const { taskId, ...task } = await taskOf('resumed.mov', bytes)
    await client.put(taskId, 1, chunkOf({ taskId, ...task }, bytes, 1))
    const again = await offerUnread('resumed.mov', bytes, client, { taskId })
    expect(again.body).toMatchObject({ taskId, uploadedChunks: [1] })
    const read = await client.offer('resumed.mov', bytes, { ends: endsOf(bytes), taskId })
    expect(read).toMatchObject({ taskId, uploadedChunks: [1] })
    await client.send(read, bytes)
    expect((await complete(taskId, bytes)).status).toBe(200)
  })

  it('has to be read where an upload of its name, size, time and ends is in use that its client does not know', async () => {
    const [one, other] = twins()
    const task = await taskOf('in use.mov', one)
    expect((await offerUnread('in use.mov', other)).body).toEqual({ digestsNeeded: true })
    expect((await offerRead('in use.mov', other)).taskId).not.toBe(task.taskId)
    expect((await offerUnread('in use.mov', other, client, { taskId: 'another' })).body).toEqual({
      digestsNeeded: true,
    })
  })

  it('is another upload with another end, or another time', async () => {
    const bytes = bytesOf(300_000)
    const offer = async (of: Buffer, lastModified: number, taskId?: unknown) => {
      const facts = { fileName: 'v.mov', fileSize: of.length, ends: endsOf(of), lastModified }
      return (await client.post('/api/task', { ...facts, taskId })).body.taskId
    }
    const otherEnd = Buffer.from(bytes)
    otherEnd[0] = (bytes[0] ?? 0) ^ 1
    const first = await offer(bytes, 5)
    const others = [await offer(bytes, 6, first), await offer(otherEnd, 5, first)]
    expect(new Set([first, ...others]).size).toBe(3)
    expect(await offer(bytes, 5, first)).toBe(first)
  })

  it('goes on after half a minute although its client has forgotten its task', async () => {
    let nowMs = Date.now()
    const { client } = await start({ parts: { now: () => nowMs } })
    const bytes = bytesOf(300_000)
    const { body } = await offerUnread('forgotten.mov', bytes, client)
    expect((await offerUnread('forgotten.mov', bytes, client)).body).toEqual({ digestsNeeded: true })
    nowMs += 31_000
    expect((await offerUnread('forgotten.mov', bytes, client)).body.taskId).toBe(body.taskId)
  })

  it('is not mixed up with another of its name, size and ends: neither is stored with bytes of both', async () => {
    const [one, other] = twins()
    const task = await taskOf('twins.mov', one)
    const middle = Math.floor(150_000 / task.chunkSize)
    await client.put(task.taskId, middle, chunkOf(task, one, middle))
    // A client that names it for another file.
    const answer = await offerUnread('twins.mov', other, client, { taskId: task.taskId })
    const same = answer.body as unknown as typeof task
    expect(same.taskId).toBe(task.taskId)
    await client.send(same, other)
    expect(await complete(same.taskId, other)).toMatchObject({
      status: 422,
      body: { error: { code: 'digest-mismatch' } },
    })
    const refused = await client.put(same.taskId, middle, chunkOf(same, other, middle))
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'chunk-conflict' } } })
    await client.request('DELETE', `/api/task/${task.taskId}`)
    for (const bytes of [other, one]) {
      const read = await offerRead('twins.mov', bytes)
      await client.send(read, bytes)
      expect((await complete(read.taskId, bytes)).status).toBe(200)
    }
    expect((await storedBytes(dataDir, 'twins.mov')).equals(other)).toBe(true)
    expect((await storedBytes(dataDir, 'twins (2).mov')).equals(one)).toBe(true)
  })

  it('of which the digests are stated with it is never resumed for other digests', async () => {
    const [one, other] = twins()
    const read = await offerRead('stated.mov', one)
    expect((await offerRead('stated.mov', other)).taskId).not.toBe(read.taskId)
  })
})

describe('a file that may be stored already', () => {
  it('has to be read first where an upload of its name and size was begun with digests, and goes on there', async () => {
    const bytes = bytesOf(300_000)
    const begun = await client.offer('begun.mov', bytes)
    await client.put(begun.taskId, 2, chunkOf(begun, bytes, 2))
    expect((await offerUnread('begun.mov', bytes)).body).toEqual({ digestsNeeded: true })
    expect(await offerRead('begun.mov', bytes)).toMatchObject({ taskId: begun.taskId, uploadedChunks: [2] })
  })

  it('has to be read first; then it is the stored one, or another', async () => {
    const [one, other] = twins()
    await client.upload('first.mov', one)
    for (const [path, bytes] of [
      ['first.mov', one],
      ['second.mov', other],
    ] as const) {
      expect(await offerUnread(path, bytes)).toMatchObject({ status: 200, body: { digestsNeeded: true } })
    }
    expect(await offerRead('first.mov', one)).toMatchObject({ done: true, sha256: sha256(one) })
    const task = await offerRead('second.mov', other)
    expect(task.done).toBe(false)
    await client.send(task, other)
    expect((await complete(task.taskId, other)).body).toMatchObject({ sha256: sha256(other) })
  })

  it('need not be read where the stored one differs in an end', async () => {
    const stored = bytesOf(310_000)
    await client.upload('here.mov', stored)
    for (const place of [0, stored.length - 1]) {
      const bytes = Buffer.from(stored)
      bytes[place] = (bytes[place] ?? 0) ^ 1
      await taskOf(`other end ${place}.mov`, bytes)
    }
  })

  it('has to be read where too many files have its size for a look at each', async () => {
    const size = 1_001
    for (let count = 0; count <= 16; count += 1) await client.upload(`alike ${count}.jpg`, bytesOf(size))
    expect((await offerUnread('one more.jpg', bytesOf(size))).body).toEqual({ digestsNeeded: true })
  })

  it.runIf(onDisk)('is new where the stored one is gone', async () => {
    const bytes = bytesOf(320_000)
    await client.upload('gone.mov', bytes)
    await rm(join(dataDir, 'uploads', 'gone.mov'))
    const task = await taskOf('gone.mov', bytes)
    await client.send(task, bytes)
    expect((await complete(task.taskId, bytes)).status).toBe(200)
    expect(await storedFiles(dataDir)).toContain('gone.mov')
  })

  it('is none of its business to a token of another folder', async () => {
    const [annToken, bobToken] = ['a'.repeat(32), 'b'.repeat(32)]
    const shared = await start({ env: { TOKENS: `ann:${annToken}:ann,bob:${bobToken}:bob` } })
    const [ann, bob] = [new Client(shared.client.url, annToken), new Client(shared.client.url, bobToken)]
    const bytes = bytesOf(300_000)
    await ann.upload('a.mov', bytes)
    expect((await offerUnread('a.mov', bytes, ann)).body).toEqual({ digestsNeeded: true })
    expect((await offerUnread('a.mov', bytes, bob)).body).toMatchObject({ done: false, uploadedChunks: [] })
  })
})

describe('an offer', () => {
  it.each(['', 'abc', 'A'.repeat(64), 7])('whose ends are %j is refused', async (ends) => {
    const offer = { fileName: 'x.mov', fileSize: 10, ends }
    expect(await client.post('/api/task', offer)).toMatchObject({ status: 400 })
  })
})
