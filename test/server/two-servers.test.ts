/**
 * Two servers that share a ledger in MariaDB and a bucket: an upload may go to both, and either goes on in the place of
 * the other, at once. Needs a MariaDB, given or installed; the bucket is s3rver's.
 */
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contractUpload, sendAll } from './contract-client.ts'
import {
  bytesOf,
  type Child,
  type Client,
  chunkOf,
  contentDigest,
  md5,
  spawnServer,
  temporaryFolder,
} from './harness.ts'
import { type OwnBucket, ownBucket } from './own-bucket.ts'
import { ownMariadb, withoutMariadb } from './own-mariadb.ts'
import { databaseServer, databaseUrl } from './test-database.ts'

const own = databaseServer === undefined ? await ownMariadb() : undefined
const database = databaseServer ?? own?.url
if (database === undefined) console.log(withoutMariadb)

type Server = Child & { readonly client: Client }
let bucket: OwnBucket
let env: Record<string, string>
let one: Server
let other: Server
let third: Server

/** Another server of the same library. */
const join = () => spawnServer(temporaryFolder(), { env, args: ['--no-auth'] })

beforeAll(async () => {
  if (database === undefined) return
  bucket = await ownBucket()
  const DATABASE_URL = await databaseUrl(temporaryFolder(), database)
  env = { ...bucket.env, DATABASE_URL, CHUNK_SIZE: '256K' }
  one = await join()
  ;[other, third] = await Promise.all([join(), join()])
})

afterAll(async () => {
  for (const server of [one, other, third]) server?.process.kill('SIGTERM')
  await Promise.all([one, other, third].map((server) => server?.exited))
  await bucket?.stop()
  await own?.stop()
})

async function expectStored(path: string, bytes: Buffer): Promise<void> {
  for (const { client } of [one, other]) expect((await client.download(path)).bytes.equals(bytes)).toBe(true)
}

async function filesAndTasks(): Promise<[files: unknown, tasks: unknown]> {
  const { body } = await other.client.request('GET', '/api/stats')
  return [body.completedUploads, body.activeUploads]
}

/** A request of which only the beginning is sent. */
function sendHalf(client: Client, path: string, chunk: Uint8Array): void {
  const sending = request(client.url + path, {
    method: 'PUT',
    headers: {
      Authorization: `Bearer ${client.token}`,
      'Content-Length': chunk.length,
      'Content-Digest': contentDigest(chunk),
    },
  })
  sending.on('error', () => undefined)
  sending.write(chunk.subarray(0, chunk.length / 2))
}

describe.skipIf(database === undefined)('two servers of one library', () => {
  it('take the chunks of one file in turns, and either completes it', async () => {
    const bytes = bytesOf(1_500_000)
    const task = await one.client.offer('turns.jpg', bytes)
    expect(await other.client.offer('turns.jpg', bytes)).toMatchObject({ taskId: task.taskId })
    const sending = Array.from({ length: task.totalChunks }, (_, index) => {
      const { client } = index % 2 === 0 ? one : other
      return client.put(task.taskId, index, chunkOf(task, bytes, index))
    })
    for (const answer of await Promise.all(sending)) expect(answer.status).toBe(200)
    expect((await other.client.finish(task.taskId, md5(bytes))).status).toBe(200)
    await expectStored('/uploads/turns.jpg', bytes)
    expect(await one.client.offer('turns.jpg', bytes)).toMatchObject({ done: true })
  })

  it('store a file once that both are told to complete at once', async () => {
    const [files] = await filesAndTasks()
    const bytes = bytesOf(600_000)
    const task = await one.client.offer('once.jpg', bytes)
    await other.client.send(task, bytes)
    const answers = await Promise.all(
      [one, other, one, other].map(({ client }) => client.complete(task.taskId, md5(bytes))),
    )
    for (const answer of answers)
      expect(answer).toMatchObject({ status: 200, body: { path: '/uploads/once.jpg' } })
    expect(await filesAndTasks()).toEqual([Number(files) + 1, 0])
    await expectStored('/uploads/once.jpg', bytes)
  })

  it('open one task for a file that is offered to both at once', async () => {
    const bytes = bytesOf(300_000)
    const offers = [one, other, one, other].map(({ client }) => client.offer('both.jpg', bytes))
    expect(new Set((await Promise.all(offers)).map((task) => task.taskId)).size).toBe(1)
    expect((await one.client.upload('both.jpg', bytes)).status).toBe(200)
  })

  it('keep different files of one name that come to both at once, each under a name of its own', async () => {
    const contents = Array.from({ length: 6 }, () => bytesOf(200_000))
    const uploads = contents.map((bytes, index) => (index % 2 ? one : other).client.upload('same.jpg', bytes))
    const answers = await Promise.all(uploads)
    const paths = answers.map(({ body }) => String(body.path))
    expect(new Set(paths).size).toBe(6)
    for (const [index, bytes] of contents.entries()) await expectStored(paths[index] ?? '', bytes)
  })

  it('learn how an announced file falls into chunks from each other', async () => {
    const bytes = bytesOf(900_000)
    const [here, there] = [one, other].map(({ client }) => {
      return contractUpload(client.url, 'announced.jpg', bytes, 200_000)
    })
    if (here === undefined || there === undefined) throw new Error('no servers')
    await Promise.all([sendAll(here, [4, 0, 2], 3), sendAll(there, [1, 3, 4], 3)])
    const completed = await Promise.all([here.complete(), there.complete()])
    for (const { status } of completed) expect(status).toBe(200)
    await expectStored('/uploads/announced.jpg', bytes)
  })

  it('go on with a tus upload that began at the other', async () => {
    const bytes = bytesOf(700_000)
    const tus = async (client: Client, method: string, path: string, headers: object, body?: Uint8Array) => {
      const all = { Authorization: `Bearer ${client.token}`, 'Tus-Resumable': '1.0.0', ...headers }
      const init = { method, headers: all, ...(body && { body: new Uint8Array(body) }) }
      const answer = await fetch(client.url + path, init)
      expect(answer.status).toBeLessThan(300)
      return answer.headers
    }
    const patch = { 'Content-Type': 'application/offset+octet-stream' }
    const metadata = `filename ${Buffer.from('tus.jpg').toString('base64')}`
    const creation = { 'Upload-Length': String(bytes.length), 'Upload-Metadata': metadata }
    const path = String((await tus(one.client, 'POST', '/tus', creation)).get('Location'))
    await tus(one.client, 'PATCH', path, { ...patch, 'Upload-Offset': '0' }, bytes.subarray(0, 400_000))
    for (const client of [other.client, one.client, other.client]) {
      const offset = Number((await tus(client, 'HEAD', path, {})).get('Upload-Offset'))
      if (offset === bytes.length) break
      // A new server goes on from the last whole chunk; what came of the next one is with the one before.
      expect(offset % 262_144).toBe(0)
      await tus(
        client,
        'PATCH',
        path,
        { ...patch, 'Upload-Offset': String(offset) },
        bytes.subarray(offset, offset + 270_000),
      )
    }
    for (const { client } of [one, other]) {
      expect((await tus(client, 'HEAD', path, {})).get('Upload-Offset')).toBe(String(bytes.length))
    }
    await expectStored('/uploads/tus.jpg', bytes)
  })

  it('do without one that is killed in the middle of a chunk: the other takes the same chunk at once', async () => {
    const bytes = bytesOf(900_000)
    const task = await third.client.offer('killed.jpg', bytes)
    const chunk = chunkOf(task, bytes, 1)
    await third.client.put(task.taskId, 0, chunkOf(task, bytes, 0))
    const path = `/api/task/${task.taskId}/chunk/1`
    sendHalf(third.client, path, chunk)
    // The other one hears that somebody is at it, until that one is dead.
    const asking = other.client.put(task.taskId, 1, chunk)
    await new Promise((resolve) => setTimeout(resolve, 300))
    third.process.kill('SIGKILL')
    expect((await asking).status).toBe(200)
    const again = await other.client.offer('killed.jpg', bytes)
    expect(again).toMatchObject({ taskId: task.taskId, uploadedChunks: [0, 1] })
    await other.client.send(again, bytes)
    expect((await one.client.finish(task.taskId, md5(bytes))).status).toBe(200)
    await expectStored('/uploads/killed.jpg', bytes)
  })

  // The database gives a server up that is silent for 16 s: before a release.
  it.runIf(process.env.CRASH_ALL === '1')(
    'do without one that stands still, which then goes on as if nothing had been',
    async () => {
      const still = await join()
      const bytes = bytesOf(900_000)
      const task = await still.client.offer('still.jpg', bytes)
      sendHalf(still.client, `/api/task/${task.taskId}/chunk/1`, chunkOf(task, bytes, 1))
      await new Promise((resolve) => setTimeout(resolve, 300))
      still.process.kill('SIGSTOP')
      await expect
        .poll(async () => (await other.client.put(task.taskId, 1, chunkOf(task, bytes, 1))).status, {
          timeout: 40_000,
        })
        .toBe(200)
      await other.client.send({ ...task, uploadedChunks: [1] }, bytes)
      expect((await other.client.finish(task.taskId, md5(bytes))).status).toBe(200)
      still.process.kill('SIGCONT')
      await expect.poll(() => still.stderr()).toContain('the database is back')
      expect(await still.client.offer('still.jpg', bytes)).toMatchObject({ done: true })
      expect((await still.client.upload('still too.jpg', bytesOf(300_000))).status).toBe(200)
      await expectStored('/uploads/still.jpg', bytes)
      still.process.kill('SIGTERM')
      expect(await still.exited).toBe(0)
    },
  )
})
