/** tus 1.0 as its own client speaks it: into the same library, resumed after anything, behind the same guards. */
import { Readable } from 'node:stream'
import { Upload, type UploadOptions } from 'tus-js-client'
import { beforeAll, describe, expect, it } from 'vitest'
import { cleanUp } from '../../server/uploads/clean-up.ts'
import { bytesOf, type Client, md5, type Started, spawnServer, start, temporaryFolder } from './harness.ts'
import { damagePartial, partialNames, storedBytes, storedFiles } from './test-storage.ts'

let started: Started
beforeAll(async () => {
  started = await start({ env: { MAX_FILE_SIZE: '8M' } })
})

const authorized = (client: Client) => ({ Authorization: `Bearer ${client.token}` })

/** An upload that can be awaited. @param stopAt bytes that are acknowledged before it is aborted */
function tusUpload(client: Client, bytes: Buffer, options: UploadOptions & { stopAt?: number }) {
  const { stopAt, ...rest } = options
  const { promise, resolve, reject } = Promise.withResolvers<'done' | 'stopped'>()
  const upload: Upload = new Upload(bytes, {
    endpoint: `${client.url}/tus`,
    headers: authorized(client),
    retryDelays: null,
    onSuccess: () => resolve('done'),
    onError: reject,
    onChunkComplete: (_size, accepted) => {
      if (stopAt === undefined || accepted < stopAt) return
      upload.abort().then(() => resolve('stopped'), reject)
    },
    ...rest,
  })
  upload.start()
  return { upload, ended: promise }
}

const named = (relativePath: string) => ({
  metadata: { filename: relativePath.slice(relativePath.lastIndexOf('/') + 1), relativePath },
})

function head(client: Client, url: string): Promise<Response> {
  const headers = { ...authorized(client), 'Tus-Resumable': '1.0.0' }
  return fetch(url, { method: 'HEAD', headers })
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

function tus(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: BodyInit,
  { client } = started,
) {
  return fetch(client.url + path, {
    method,
    headers: { ...authorized(client), 'Tus-Resumable': '1.0.0', ...headers },
    ...(body !== undefined && { body }),
  })
}

async function create(name: string, size: number, at = started): Promise<string> {
  const headers = { 'Upload-Length': String(size), 'Upload-Metadata': `filename ${base64(name)}` }
  const answer = await tus('POST', '/tus', headers, undefined, at)
  expect(answer.status).toBe(201)
  return String(answer.headers.get('Location'))
}

const append = (path: string, offset: number, bytes: BodyInit, at = started) =>
  tus(
    'PATCH',
    path,
    { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' },
    bytes,
    at,
  )

describe('a tus client', () => {
  it.each([
    ['in one request', 1_000_000, Number.POSITIVE_INFINITY],
    ['in pieces that are no chunks of the server', 300_000, 50_001],
    ['in pieces larger than its chunks', 300_000, 150_000],
    ['of one byte', 1, 1],
    ['without a byte', 0, 10],
  ])('brings a file %s', async (name, size, chunkSize) => {
    const bytes = bytesOf(size)
    const path = `Reise/${name}.jpg`
    expect(await tusUpload(started.client, bytes, { ...named(path), chunkSize }).ended).toBe('done')
    expect(await storedBytes(started.dataDir, path)).toEqual(bytes)
    const url = `/uploads/${path.split('/').map(encodeURIComponent).join('/')}`
    const { response } = await started.client.download(url)
    expect(response.headers.get('ETag')).toBe(`"${md5(bytes)}"`)
    expect((await started.client.offer(path, bytes)).done).toBe(true)
    expect(await partialNames(started.dataDir)).toEqual([])
  })

  it.each([200_000, 1, 0])('may send the first bytes with the creation: of %d', async (size) => {
    const bytes = bytesOf(size)
    const options = { ...named(`with ${size}.jpg`), uploadDataDuringCreation: true, chunkSize: 80_000 }
    expect(await tusUpload(started.client, bytes, options).ended).toBe('done')
    expect(await storedBytes(started.dataDir, `with ${size}.jpg`)).toEqual(bytes)
  })

  it('goes on where it was aborted', async () => {
    const bytes = bytesOf(500_000)
    const first = tusUpload(started.client, bytes, {
      ...named('resumed.jpg'),
      chunkSize: 90_000,
      stopAt: 200_000,
    })
    expect(await first.ended).toBe('stopped')
    const url = String(first.upload.url)
    const offset = Number((await head(started.client, url)).headers.get('Upload-Offset'))
    expect(offset).toBeGreaterThanOrEqual(270_000)
    const offsets: number[] = []
    const again = tusUpload(started.client, bytes, {
      uploadUrl: url,
      chunkSize: 90_000,
      onAfterResponse: (request) => void offsets.push(Number(request.getHeader('Upload-Offset') ?? -1)),
    })
    expect(await again.ended).toBe('done')
    expect(Math.min(...offsets.filter((sent) => sent >= 0))).toBe(offset)
    expect(await storedBytes(started.dataDir, 'resumed.jpg')).toEqual(bytes)
    expect((await head(started.client, url)).headers.get('Upload-Offset')).toBe('500000')
  })

  it('keeps what came of a request that was cut off', async () => {
    const bytes = bytesOf(300_000)
    const path = await create('cut.jpg', bytes.length)
    const { port } = new URL(started.client.url)
    const cut = new AbortController()
    const stream = new Readable({ read: () => undefined })
    stream.push(bytes.subarray(0, 170_000))
    const sending = fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'PATCH',
      headers: {
        ...authorized(started.client),
        'Tus-Resumable': '1.0.0',
        'Upload-Offset': '0',
        'Content-Type': 'application/offset+octet-stream',
      },
      body: Readable.toWeb(stream) as ReadableStream,
      duplex: 'half',
      signal: cut.signal,
    } as RequestInit)
    const taskId = path.slice(path.lastIndexOf('/') + 1)
    const { ledger } = started.server.uploads
    await expect.poll(async () => (await ledger.chunks(taskId)).length).toBe(2)
    cut.abort()
    await sending.catch(() => undefined)
    const at = async () => Number((await tus('HEAD', path)).headers.get('Upload-Offset'))
    const offset = await at()
    expect(offset).toBeGreaterThanOrEqual(131_072)
    expect((await append(path, offset - 1, bytes.subarray(offset - 1))).status).toBe(409)
    expect((await append(path, offset, bytes.subarray(offset))).status).toBe(204)
    expect(await storedBytes(started.dataDir, 'cut.jpg')).toEqual(bytes)
  })

  it('goes on after the server was killed, from its last whole chunk', async () => {
    const dataDir = temporaryFolder()
    const bytes = bytesOf(1_000_000)
    const first = await spawnServer(dataDir)
    const begun = tusUpload(first.client, bytes, {
      ...named('a/killed.jpg'),
      chunkSize: 90_000,
      stopAt: 450_000,
    })
    expect(await begun.ended).toBe('stopped')
    first.process.kill('SIGKILL')
    await first.exited
    const second = await spawnServer(dataDir)
    const url = second.client.url + new URL(String(begun.upload.url)).pathname
    const offset = Number((await head(second.client, url)).headers.get('Upload-Offset'))
    expect(offset % 65_536).toBe(0)
    expect(450_000 - offset).toBeLessThan(65_536)
    expect(await tusUpload(second.client, bytes, { uploadUrl: url, chunkSize: 90_000 }).ended).toBe('done')
    expect(await storedBytes(dataDir, 'a/killed.jpg')).toEqual(bytes)
    expect(await partialNames(dataDir)).toEqual([])
  })

  it('is told of success only once the file is stored, even when the server died before that', async () => {
    const bytes = bytesOf(100_000)
    const path = await create('late.jpg', bytes.length)
    const taskId = path.slice(path.lastIndexOf('/') + 1)
    for (const [index, chunk] of [bytes.subarray(0, 65_536), bytes.subarray(65_536)].entries()) {
      expect((await started.client.put(taskId, index, chunk)).status).toBe(200)
    }
    expect((await tus('HEAD', path)).headers.get('Upload-Offset')).toBe('100000')
    expect(await storedBytes(started.dataDir, 'late.jpg')).toEqual(bytes)
  })

  it('goes back to what the disk has lost', async () => {
    const bytes = bytesOf(200_000)
    const path = await create('lost.jpg', bytes.length)
    await append(path, 0, bytes.subarray(0, 190_000))
    const taskId = path.slice(path.lastIndexOf('/') + 1)
    await damagePartial(started.dataDir, taskId, 70_000, 65_536)
    const last = await append(path, 190_000, bytes.subarray(190_000))
    expect(last.headers.get('Upload-Offset')).toBe('65536')
    expect((await append(path, 65_536, bytes.subarray(65_536))).status).toBe(204)
    expect(await storedBytes(started.dataDir, 'lost.jpg')).toEqual(bytes)
  })

  it('goes back to what the disk has lost of bytes that nobody remembers, and stores none of the rest', async () => {
    const bytes = bytesOf(100_000)
    const path = await create('forgotten.jpg', bytes.length)
    const taskId = path.slice(path.lastIndexOf('/') + 1)
    // As after a restart: the server has the digests of the chunks, and none of the whole.
    for (const [index, chunk] of [bytes.subarray(0, 65_536), bytes.subarray(65_536)].entries()) {
      expect((await started.client.put(taskId, index, chunk)).status).toBe(200)
    }
    await damagePartial(started.dataDir, taskId, 70_000, 65_536)
    expect((await tus('HEAD', path)).headers.get('Upload-Offset')).toBe('65536')
    expect(await storedFiles(started.dataDir)).not.toContain('forgotten.jpg')
    expect((await append(path, 65_536, bytes.subarray(65_536))).status).toBe(204)
    expect(await storedBytes(started.dataDir, 'forgotten.jpg')).toEqual(bytes)
  })

  it('keeps the same content once, and another content of the same name beside it', async () => {
    const bytes = bytesOf(100_000)
    await started.client.upload('same/a.jpg', bytes)
    expect(await tusUpload(started.client, bytes, named('same/a.jpg')).ended).toBe('done')
    expect(await tusUpload(started.client, bytesOf(100), named('same/a.jpg')).ended).toBe('done')
    const library = await storedFiles(started.dataDir)
    expect(library.filter((path) => path.startsWith('same/'))).toEqual(['same/a (2).jpg', 'same/a.jpg'])
  })
})

describe('the tus server', () => {
  it('says what it can', async () => {
    const answer = await tus('OPTIONS', '/tus')
    expect(answer.status).toBe(204)
    expect(answer.headers.get('Tus-Version')).toBe('1.0.0')
    expect(answer.headers.get('Tus-Extension')).toBe(
      'creation,creation-with-upload,creation-defer-length,termination,expiration,checksum',
    )
    expect(answer.headers.get('Tus-Max-Size')).toBe(String(8 * 1024 * 1024))
  })

  it('refuses what it does not take, with its own codes', async () => {
    const length = { 'Upload-Length': '10' }
    const metadata = { 'Upload-Metadata': `filename ${base64('../x')}` }
    const unsafe = await tus('POST', '/tus', { ...length, ...metadata })
    expect([unsafe.status, await unsafe.json()]).toMatchObject([400, { error: { code: 'name-invalid' } }])
    const good = { 'Upload-Metadata': `filename ${base64('x.jpg')}` }
    expect((await tus('POST', '/tus', { 'Upload-Length': '99999999', ...good })).status).toBe(413)
    expect((await tus('POST', '/tus', { 'Upload-Length': '-1', ...good })).status).toBe(400)
    for (const id of ['x', '..%2f..', 'f'.repeat(32)])
      expect((await tus('HEAD', `/tus/${id}`)).status).toBe(404)
    const path = await create('small.jpg', 10)
    expect((await append(path, 0, bytesOf(11))).status).toBe(413)
    expect((await append(path, 5, bytesOf(1))).status).toBe(409)
    expect((await tus('DELETE', path)).status).toBe(204)
  })

  it('lets nobody in before the guards did', async () => {
    const { url, token } = started.client
    const post = (headers: Record<string, string>) =>
      fetch(`${url}/tus`, { method: 'POST', headers: { 'Tus-Resumable': '1.0.0', ...headers } })
    expect((await post({})).status).toBe(401)
    expect((await post({ Authorization: 'Bearer wrong-token' })).status).toBe(401)
    const foreign = await post({ Authorization: `Bearer ${token}`, Origin: 'https://evil.example' })
    expect(foreign.status).toBe(403)
  })

  it.each([
    ['without any', {}, /^upload \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d$/],
    ['with a type alone', { filetype: 'image/jpeg' }, /^upload [\d-]+ [\d.]+\.jpg$/],
    ['with a path that Uppy made of nothing', { filename: 'a.jpg', relativePath: 'null' }, /^a\.jpg$/],
    ['with another such', { name: 'b.jpg', relativePath: 'undefined' }, /^b\.jpg$/],
    ['with a file that is called so', { filename: 'null' }, /^null$/],
  ])('names a file by its metadata: %s', async (_, metadata, name) => {
    const header = Object.entries(metadata).map(([key, value]) => `${key} ${base64(String(value))}`)
    const own = await start()
    const created = await tus(
      'POST',
      '/tus',
      { 'Upload-Length': '3', ...(header.length > 0 && { 'Upload-Metadata': header.join(',') }) },
      undefined,
      own,
    )
    expect(created.status).toBe(201)
    const path = String(created.headers.get('Location'))
    expect((await append(path, 0, bytesOf(3), own)).status).toBe(204)
    expect(await storedFiles(own.dataDir)).toEqual([expect.stringMatching(name)])
  })

  it('tells where a stored file is, and serves it there and by the upload’s own address', async () => {
    const bytes = bytesOf(1_000)
    const path = await create('told.jpg', 1_000)
    const last = await append(path, 0, bytes)
    expect(last.headers.get('Content-Location')).toBe('/uploads/told.jpg')
    expect((await tus('HEAD', path)).headers.get('Content-Location')).toBe('/uploads/told.jpg')
    const served = await tus('GET', path)
    expect(Buffer.from(await served.arrayBuffer())).toEqual(bytes)
    const open = await create('open.jpg', 10)
    expect((await tus('GET', open)).status).toBe(404)
    expect((await tus('HEAD', open)).headers.get('Content-Location')).toBe(null)
  })

  it('ends the link to a finished upload on demand, and keeps the file', async () => {
    const path = await create('kept.jpg', 10)
    await append(path, 0, bytesOf(10))
    expect((await tus('DELETE', path)).status).toBe(204)
    for (const method of ['HEAD', 'GET', 'DELETE']) expect((await tus(method, path)).status).toBe(404)
    expect(await storedFiles(started.dataDir)).toContain('kept.jpg')
  })

  it('says what a client must set that uploads in parallel parts', async () => {
    const answer = await tus('POST', '/tus', { 'Upload-Length': '10', 'Upload-Concat': 'partial' })
    expect([answer.status, await answer.json()]).toMatchObject([
      501,
      { error: { message: expect.stringContaining('parallelUploads: 1') } },
    ])
  })

  it('names its version on every answer, also on those of the guards', async () => {
    const { url } = started.client
    const answers = [
      await fetch(`${url}/tus`, { method: 'POST' }),
      await fetch(`${url}/tus/x`, { headers: { Origin: 'https://evil.example' } }),
      await tus('PUT', '/tus/x'),
    ]
    for (const { status, headers } of answers) {
      expect(status).toBeGreaterThanOrEqual(400)
      expect(headers.get('Tus-Resumable')).toBe('1.0.0')
    }
  })

  it('lets pages read all that it says, and send all that tus knows', async () => {
    const origin = 'https://studio.example'
    const own = await start({ env: { CORS_ORIGINS: origin } })
    const path = await create('page.jpg', 10, own)
    const octets = { 'Upload-Offset': '0', 'Content-Type': 'application/offset+octet-stream' }
    const last = await tus('PATCH', path, { Origin: origin, ...octets }, bytesOf(10), own)
    expect(last.headers.get('Content-Location')).toBe('/uploads/page.jpg')
    const shown = String(last.headers.get('Access-Control-Expose-Headers')).split(/, ?/)
    const said = ['Content-Location', 'Location', 'Upload-Offset', 'Upload-Length', 'Upload-Metadata']
    expect(shown).toEqual(expect.arrayContaining([...said, 'Upload-Defer-Length', 'Upload-Expires']))
    expect(last.headers.get('Access-Control-Allow-Origin')).toBe(origin)
    const asked = await fetch(own.client.url + path, { method: 'OPTIONS', headers: { Origin: origin } })
    const accepted = String(asked.headers.get('Access-Control-Allow-Headers')).split(', ')
    // What a client of tus 1.0 sends, with every extension.
    const sent = ['Tus-Resumable', 'Upload-Offset', 'Upload-Length', 'Upload-Defer-Length', 'Upload-Metadata']
    const more = [
      'Upload-Checksum',
      'Upload-Concat',
      'X-HTTP-Method-Override',
      'Authorization',
      'Content-Type',
    ]
    expect(accepted).toEqual(expect.arrayContaining([...sent, ...more, 'X-Requested-With', 'X-Request-Id']))
  })

  it('says what it can to whoever asks, without a token too', async () => {
    for (const path of ['/tus', '/tus/x']) {
      const answer = await fetch(started.client.url + path, { method: 'OPTIONS' })
      expect([answer.status, answer.headers.get('Tus-Version')]).toEqual([204, '1.0.0'])
      expect(answer.headers.get('Tus-Checksum-Algorithm')).toBe('sha1,md5,sha256')
    }
  })

  it('ends an upload on demand', async () => {
    const path = await create('ended.jpg', 1_000)
    expect((await append(path, 0, bytesOf(400))).headers.get('Upload-Offset')).toBe('400')
    expect((await tus('DELETE', path)).status).toBe(204)
    expect((await tus('HEAD', path)).status).toBe(404)
    expect(await partialNames(started.dataDir)).toEqual([])
  })

  it('cuts off an upload that stands still', async () => {
    const strict = await start({ parts: { bodyIdleMs: 500 } })
    const still = await create('still.jpg', 1_000, strict)
    const stream = new Readable({ read: () => undefined })
    stream.push(bytesOf(10))
    const answer = await fetch(strict.client.url + still, {
      method: 'PATCH',
      headers: {
        ...authorized(strict.client),
        'Tus-Resumable': '1.0.0',
        'Upload-Offset': '0',
        'Content-Type': 'application/offset+octet-stream',
      },
      body: Readable.toWeb(stream) as ReadableStream,
      duplex: 'half',
    } as RequestInit)
    expect(answer.status).toBe(408)
    const kept = await tus('HEAD', still, {}, undefined, strict)
    expect(kept.headers.get('Upload-Offset')).toBe('10')
    stream.destroy()
  })

  it('says when an upload expires, and lets it', async () => {
    let nowMs = Date.now()
    const { client, server } = await start({ env: { TASK_EXPIRY: '1' }, parts: { now: () => nowMs } })
    const begun = tusUpload(client, bytesOf(200_000), {
      ...named('old.jpg'),
      chunkSize: 80_000,
      stopAt: 80_000,
    })
    expect(await begun.ended).toBe('stopped')
    const url = String(begun.upload.url)
    expect((await head(client, url)).status).toBe(200)
    nowMs += 3_700_000
    expect(await cleanUp(server.uploads)).toMatchObject({ removedTasks: 1 })
    expect((await head(client, url)).status).toBe(404)
  })
})
