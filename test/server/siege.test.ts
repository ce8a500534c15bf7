/**
 * A server under siege, in a process of its own: every attack gets its answer, an honest upload beside them finishes, and
 * the memory comes back. `PHOTOFERRY_SIEGE=10000` makes as many offers as promises.md asks for.
 */
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { peakBytes } from '../process-memory.ts'
import { bytesOf, type Client, chunkOf, contentDigest, md5, raw, temporaryFolder } from './harness.ts'
import { isMemoryMeasured, type MeasuredServer, mebibyte, spawnMeasured } from './measured-server.ts'
import { partialNames, storedFiles } from './test-storage.ts'

const offers = Number(process.env.PHOTOFERRY_SIEGE ?? 1_500)
const maxOpenTasks = Math.floor(offers / 2)
const dataDir = temporaryFolder()
const sockets: Socket[] = []
let server: MeasuredServer
let client: Client
let idleBytes = 0

/** The most that the server's process ever had resident, bytes. */
function mostBytes(): number {
  return peakBytes(server.process.pid) ?? Number.NaN
}

beforeAll(async () => {
  server = await spawnMeasured(dataDir, {
    env: { MAX_OPEN_TASKS: String(maxOpenTasks), LOG_LEVEL: 'warn' },
  })
  client = server.client
  // Idle is a server that has done all of this before, its thread for large files included.
  await client.upload('warm.mov', bytesOf(8 * mebibyte))
  for (let round = 0; round < 30; round += 1) await client.upload(`warm-${round}.jpg`, bytesOf(300_000))
  await inParallel(300, 20, () => client.request('GET', '/api/health'))
  if (isMemoryMeasured) idleBytes = await server.heldBytes()
})
afterAll(() => {
  for (const socket of sockets) socket.destroy()
})

async function inParallel(count: number, atOnce: number, work: (index: number) => Promise<unknown>) {
  let next = 0
  const lane = async () => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

/** A connection that sends what it is given, and reads nothing unless it is told to. */
function silentSocket(head: string): Promise<Socket> {
  const { port } = new URL(client.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1', () => {
      socket.write(head)
      resolve(socket)
    })
    socket.pause()
    socket.once('error', reject)
    socket.on('error', () => undefined)
    sockets.push(socket)
  })
}

const headOf = (method: string, path: string, ...headers: string[]) =>
  [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${client.token}`,
    ...headers,
    '',
  ].join('\r\n')

/** An honest photographer's upload of several chunks, begun beside the attack. */
async function honest(name: string): Promise<void> {
  const bytes = bytesOf(500_000)
  const answer = await client.upload(`honest/${name}.jpg`, bytes)
  expect(answer).toMatchObject({ status: 200, body: { md5: md5(bytes) } })
}

describe('a server under siege', () => {
  it('is not held up by 200 connections that hardly move: in their heads, their bodies, and their answers', async () => {
    const stored = await client.upload('big.mov', bytesOf(8 * mebibyte))
    expect(stored.status).toBe(200)
    const bytes = Buffer.alloc(1_000, 'x')
    const { taskId } = await client.offer('slow.jpg', bytes)
    const digest = `Content-Digest: ${contentDigest(bytes)}`
    const heads = [
      'GET /api/health HTTP/1.1\r\nHost: loc',
      `${headOf('PUT', `/api/task/${taskId}/chunk/0`, 'Content-Length: 1000', digest)}\r\nxx`,
      `${headOf('POST', '/api/upload-chunk', 'Content-Type: multipart/form-data; boundary=x', 'Content-Length: 999999')}\r\n--x\r\n`,
      `${headOf('GET', '/uploads/big.mov')}\r\n`,
    ]
    await inParallel(200, 200, (index) => silentSocket(heads[index % heads.length] ?? ''))
    await honest('slow')
    if (isMemoryMeasured) expect((await server.heldBytes()) - idleBytes).toBeLessThan(32 * mebibyte)
    for (const socket of sockets.splice(0)) socket.destroy()
  })

  it('answers pipelined requests no faster than they are read', async () => {
    const requests = 20_000
    const many = `${headOf('GET', '/api/openapi.json')}\r\n`.repeat(requests)
    const answered = async () => {
      const metrics = (await client.download('/metrics')).bytes.toString()
      const counts = metrics.matchAll(/_count\{method="GET",route="[^"]*openapi[^"]*",[^}]*\} (\d+)/g)
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
    }
    const socket = await silentSocket(many)
    await honest('pipelined')
    let before = -1
    // It stands still once the buffers of the system are full, long before all are answered.
    await expect
      .poll(
        async () => {
          const last = before
          before = await answered()
          return before > 0 && before === last
        },
        { interval: 500 },
      )
      .toBe(true)
    console.log(`${before} of ${requests} pipelined requests were answered to a client that reads nothing`)
    expect(before).toBeLessThan(requests / 4)
    socket.destroy()
  })

  it('cuts off who asks ever more without waiting, also one that asks before it sends', async () => {
    const type = 'Content-Type: application/json'
    const one = headOf('POST', '/api/task', type, 'Content-Length: 0', 'Expect: 100-continue')
    const last = headOf(
      'POST',
      '/api/task',
      type,
      'Content-Length: 0',
      'Expect: 100-continue',
      'Connection: close',
    )
    const few = await raw(client.url, `${one}\r\n${one}\r\n${last}\r\n`)
    expect(few.match(/ 400 Bad Request/g)).toHaveLength(3)
    expect(await raw(client.url, `${one}\r\n`.repeat(100))).not.toContain(' 400 ')
  })

  it('refuses offers beyond its limit, and takes new ones when others are done', async () => {
    const statuses = new Map<number, number>()
    await Promise.all([
      honest('offers'),
      inParallel(offers, 40, async (index) => {
        const fileName = `offer-${index}.jpg`
        const { status } = await client.post('/api/task', {
          fileName,
          fileSize: 1,
          hash: md5(Buffer.from(fileName)),
        })
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }),
    ])
    expect([...statuses.keys()].toSorted()).toEqual([200, 429])
    const { body } = await client.request('GET', '/api/stats')
    expect(body.activeUploads).toBeLessThanOrEqual(maxOpenTasks)
    const held = await client.post('/api/task', {
      fileName: 'offer-0.jpg',
      fileSize: 1,
      hash: md5(Buffer.from('offer-0.jpg')),
    })
    expect((await client.request('DELETE', `/api/task/${held.body.taskId}`)).status).toBe(204)
    expect((await client.post('/api/task', { fileName: 'next.jpg', fileSize: 1 })).status).toBe(200)
    await inParallel(200, 20, async (index) => {
      const fileName = `offer-${index + 1}.jpg`
      const { body: task } = await client.post('/api/task', {
        fileName,
        fileSize: 1,
        hash: md5(Buffer.from(fileName)),
      })
      await client.request('DELETE', `/api/task/${task.taskId}`)
    })
  })

  it('unpacks no bomb, whatever it comes in', async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(64 * mebibyte)))
    const packed = { 'Content-Encoding': 'gzip' }
    const json = { ...packed, 'Content-Type': 'application/json' }
    const form = { ...packed, 'Content-Type': 'multipart/form-data; boundary=x' }
    expect((await client.request('POST', '/api/task', { body: bomb, headers: json })).status).toBe(415)
    expect((await client.request('POST', '/api/check-chunks', { body: bomb, headers: json })).status).toBe(
      415,
    )
    expect((await client.request('POST', '/api/upload-chunk', { body: bomb, headers: form })).status).toBe(
      415,
    )
    const { taskId } = await client.offer('bomb.jpg', bomb)
    const taken = await client.put(taskId, 0, chunkOf({ chunkSize: 65_536 } as never, bomb, 0), packed)
    expect([200, 415]).toContain(taken.status)
    await client.request('DELETE', `/api/task/${taskId}`)
  })

  it('stores one file when two complete it at once, and one or none when it is deleted meanwhile', async () => {
    for (let round = 0; round < 5; round += 1) {
      const bytes = bytesOf(2 * mebibyte)
      const task = await client.offer(`race/${round}.mov`, bytes)
      await client.send(task, bytes)
      const hash = md5(bytes)
      const [one, other, removed] = await Promise.all([
        client.finish(task.taskId, hash),
        client.finish(task.taskId, hash),
        round % 2 === 0 ? undefined : client.request('DELETE', `/api/task/${task.taskId}`),
      ])
      for (const answer of [one, other]) expect([200, 404, 423]).toContain(answer.status)
      if (removed === undefined) expect(one.body).toEqual(other.body)
      else expect([204, 423]).toContain(removed.status)
    }
    const library = await storedFiles(dataDir)
    expect(library.filter((path) => path.startsWith('race/') && path.includes('('))).toEqual([])
    expect(library).toEqual(expect.arrayContaining(['race/0.mov', 'race/2.mov', 'race/4.mov']))
  })

  it('is still the same afterwards: up, its disk tidy, its memory within 32 MiB of idle', async () => {
    await honest('afterwards')
    expect(server.process.exitCode).toBeNull()
    const partials = await partialNames(dataDir)
    expect(partials.length).toBeLessThan(10)
    if (!isMemoryMeasured) return
    let heldBytes = 0
    // What was cut off a moment ago the server may not have heard of yet.
    await expect
      .poll(async () => {
        heldBytes = await server.heldBytes()
        return heldBytes - idleBytes
      })
      .toBeLessThan(32 * mebibyte)
    const [idle, then, most] = [idleBytes, heldBytes, mostBytes()].map((bytes) =>
      Math.round(bytes / mebibyte),
    )
    console.log(`siege: idle ${idle} MiB, then ${then}, at most ${most}`)
  })
})
