/** tus uploads whose client does not know at first how large the file is (creation-defer-length). */
import { Readable } from 'node:stream'
import { Upload } from 'tus-js-client'
import { beforeAll, describe, expect, it } from 'vitest'
import { bytesOf, type Client, type Started, spawnServer, start, temporaryFolder } from './harness.ts'
import { onDisk, partialNames, storedBytes, storedFiles } from './test-storage.ts'

let started: Started
beforeAll(async () => {
  started = await start({ env: { MAX_FILE_SIZE: '1M' } })
})

const octets = 'application/offset+octet-stream'

function tus(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: Uint8Array,
  client = started.client,
): Promise<Response> {
  const all = { Authorization: `Bearer ${client.token}`, 'Tus-Resumable': '1.0.0', ...headers }
  return fetch(client.url + path, { method, headers: all, ...(body && { body: new Uint8Array(body) }) })
}

const patch = (path: string, offset: number, bytes: Uint8Array, length?: number, client?: Client) =>
  tus(
    'PATCH',
    path,
    {
      'Upload-Offset': String(offset),
      'Content-Type': octets,
      ...(length !== undefined && { 'Upload-Length': String(length) }),
    },
    bytes,
    client,
  )

async function create(name: string, client = started.client): Promise<string> {
  const metadata = `filename ${Buffer.from(name).toString('base64')}`
  const headers = { 'Upload-Defer-Length': '1', 'Upload-Metadata': metadata }
  const answer = await tus('POST', '/tus', headers, undefined, client)
  expect(answer.status).toBe(201)
  return String(answer.headers.get('Location'))
}

const taskIdOf = (path: string) => path.slice(path.lastIndexOf('/') + 1)
const nothing = new Uint8Array()

async function stateOf(path: string, client?: Client) {
  const { headers } = await tus('HEAD', path, {}, undefined, client)
  return ['Upload-Offset', 'Upload-Length', 'Upload-Defer-Length'].map((name) => headers.get(name))
}

describe('an upload whose length comes later', () => {
  it.each([
    ['with the last bytes', 150_000, 0],
    ['with no more bytes, in the middle of a chunk', 150_000, 150_000],
    ['with no more bytes, at the end of a chunk', 131_072, 131_072],
    ['of a single byte', 1, 0],
    ['of no byte at all', 0, 0],
  ])('is stored once it is stated: %s', async (what, size, sentBefore) => {
    const bytes = bytesOf(size)
    const path = await create(`${what}.jpg`)
    expect(await stateOf(path)).toEqual(['0', null, '1'])
    if (sentBefore > 0) {
      const [first, rest] = [bytes.subarray(0, 70_000), bytes.subarray(70_000)]
      expect((await patch(path, 0, first)).headers.get('Upload-Offset')).toBe('70000')
      expect((await patch(path, 70_000, rest)).headers.get('Upload-Offset')).toBe(String(size))
      expect(await stateOf(path)).toEqual([String(size), null, '1'])
      expect(await storedFiles(started.dataDir)).not.toContain(`${what}.jpg`)
    }
    const last = await patch(path, sentBefore, bytes.subarray(sentBefore), size)
    expect([last.status, last.headers.get('Upload-Offset')]).toEqual([204, String(size)])
    expect(last.headers.get('Content-Location')).toBe(`/uploads/${encodeURIComponent(`${what}.jpg`)}`)
    expect(await stateOf(path)).toEqual([String(size), String(size), null])
    expect(await storedBytes(started.dataDir, `${what}.jpg`)).toEqual(bytes)
    expect(await partialNames(started.dataDir)).not.toContain(taskIdOf(path))
  })

  it('may be stated before the end, and the same once more, but never another', async () => {
    const bytes = bytesOf(100)
    const path = await create('stated.jpg')
    expect((await patch(path, 0, bytes.subarray(0, 40), 100)).status).toBe(204)
    expect(await stateOf(path)).toEqual(['40', '100', null])
    for (const other of [99, 101, 40]) {
      expect((await patch(path, 40, bytes.subarray(40, 41), other)).status).toBe(400)
    }
    expect((await patch(path, 40, bytes.subarray(40), 100)).status).toBe(204)
    expect(await storedBytes(started.dataDir, 'stated.jpg')).toEqual(bytes)
  })

  it('is never less than what came, nor more than the server accepts', async () => {
    const path = await create('lies.jpg')
    const most = 1024 * 1024
    await patch(path, 0, bytesOf(50))
    expect((await patch(path, 50, nothing, 49)).status).toBe(400)
    expect((await patch(path, 50, nothing, most + 1)).status).toBe(413)
    expect((await patch(path, 50, bytesOf(most))).status).toBe(413)
    const [offset, length] = await stateOf(path)
    expect([Number(offset) <= most, length]).toEqual([true, null])
    expect(await storedFiles(started.dataDir)).not.toContain('lies.jpg')
    expect((await tus('DELETE', path)).status).toBe(204)
    expect(await partialNames(started.dataDir)).not.toContain(taskIdOf(path))
  })

  it('cannot be completed by another protocol before it is stated', async () => {
    const path = await create('elsewhere.jpg')
    await patch(path, 0, bytesOf(70_000))
    const { client } = started
    const hash = '0'.repeat(32)
    expect((await client.complete(taskIdOf(path), hash)).body.error?.code).toBe('bad-request')
    expect((await client.put(taskIdOf(path), 1, bytesOf(10))).body.error?.code).toBe('chunk-invalid')
    expect(await stateOf(path)).toEqual(['70000', null, '1'])
  })

  it('is what tus-js-client states that reads a stream, whatever the pieces', async () => {
    for (const [size, chunkSize] of [
      [300_000, 65_536],
      [131_072, 65_536],
      [90_001, 30_000],
    ] as const) {
      const bytes = bytesOf(size)
      const name = `stream ${size}.jpg`
      await new Promise<void>((resolve, reject) => {
        new Upload(Readable.from([bytes.subarray(0, 1_000), bytes.subarray(1_000)]), {
          endpoint: `${started.client.url}/tus`,
          headers: { Authorization: `Bearer ${started.client.token}` },
          uploadLengthDeferred: true,
          chunkSize,
          retryDelays: null,
          metadata: { filename: name },
          onSuccess: () => resolve(),
          onError: reject,
        }).start()
      })
      expect(await storedBytes(started.dataDir, name)).toEqual(bytes)
    }
  })
})

describe.runIf(onDisk)('an upload of unknown length, after its server was killed', () => {
  it('goes on from its last whole chunk, and may end before what the server had', async () => {
    const dataDir = temporaryFolder()
    const bytes = bytesOf(200_000)
    const env = { MAX_FILE_SIZE: '1M' }
    const first = await spawnServer(dataDir, { env })
    const [goesOn, ends, endsAtChunk] = [
      await create('on.jpg', first.client),
      await create('ends.jpg', first.client),
      await create('chunk.jpg', first.client),
    ]
    for (const path of [goesOn, ends, endsAtChunk]) await patch(path, 0, bytes, undefined, first.client)
    first.process.kill('SIGKILL')
    await first.exited
    const { client } = await spawnServer(dataDir, { env })
    expect(await stateOf(goesOn, client)).toEqual(['196608', null, '1'])
    const last = await patch(goesOn, 196_608, bytes.subarray(196_608), 200_000, client)
    expect(last.status).toBe(204)
    expect(await storedBytes(dataDir, 'on.jpg')).toEqual(bytes)
    const shorter = bytes.subarray(0, 196_610)
    expect((await patch(ends, 196_608, shorter.subarray(196_608), 196_610, client)).status).toBe(204)
    expect(await storedBytes(dataDir, 'ends.jpg')).toEqual(shorter)
    // What lies behind that end is nobody's: the upload is back at its beginning.
    expect((await patch(endsAtChunk, 196_608, nothing, 196_608, client)).status).not.toBe(204)
    expect(await stateOf(endsAtChunk, client)).toEqual(['0', '196608', null])
    const whole = bytes.subarray(0, 196_608)
    expect((await patch(endsAtChunk, 0, whole, undefined, client)).status).toBe(204)
    expect(await storedBytes(dataDir, 'chunk.jpg')).toEqual(whole)
    expect(await partialNames(dataDir)).toEqual([])
  })
})
