/** Resumable uploads over HTTP (draft-ietf-httpbis-resumable-upload-12): versions 8 and 6, whatever breaks. */
import { connect } from 'node:net'
import { Upload } from 'tus-js-client'
import { beforeAll, describe, expect, it } from 'vitest'
import { bytesOf, contentDigest, md5, raw, type Started, start } from './harness.ts'
import { kept, refusedEverywhere } from './hostile-names.ts'
import { type Answer, bringOverBreaks, exchange, type Version } from './resumable-client.ts'
import { partialNames, storedBytes, storedFiles } from './test-storage.ts'

let started: Started
beforeAll(async () => {
  started = await start({ env: { MAX_FILE_SIZE: '1M' } })
})

type Sending = Parameters<typeof exchange>[3]
const partial = 'application/partial-upload'
const nothing = new Uint8Array()

async function call(method: string, path: string, sending: Sending = {}, at = started): Promise<Answer> {
  const { answer } = await exchange(at.client, method, path, sending)
  if (answer === undefined) throw new Error('no answer')
  return answer
}

const named = (name: string) => ({ 'Content-Disposition': `inline; filename="${name}"` })

/** @returns the upload's address */
async function begin(name: string, headers: Record<string, string> = {}, body = nothing): Promise<string> {
  const answer = await call('POST', '/resumable', {
    headers: { ...named(name), 'Upload-Complete': '?0', ...headers },
    body,
  })
  expect([answer.status, answer.headers['upload-complete'], answer.body]).toEqual([201, '?0', ''])
  return String(answer.headers.location)
}

const append = (path: string, offset: number, body: Uint8Array, isLast: boolean, more: Sending = {}) =>
  call('PATCH', path, {
    body,
    ...more,
    headers: {
      'Upload-Offset': offset,
      'Upload-Complete': isLast ? '?1' : '?0',
      'Content-Type': partial,
      ...more.headers,
    },
  })

const stateOf = async (path: string) => {
  const { status, headers } = await call('HEAD', path)
  return [status, headers['upload-offset'], headers['upload-complete'], headers['upload-length']]
}
const problemOf = ({ body }: Answer) => JSON.parse(body) as Record<string, unknown>

describe('an upload in one request', () => {
  it.each(['6', '8'] as const)(
    'is stored, and its address told while it runs: version %s',
    async (version) => {
      const bytes = bytesOf(200_000)
      const { interim, answer } = await exchange(started.client, 'POST', '/resumable', {
        headers: { ...named(`whole ${version}.jpg`), 'Upload-Complete': '?1' },
        body: bytes,
        version,
      })
      const [first, ...progress] = interim
      expect(first).toMatchObject({
        status: 104,
        headers: {
          'upload-draft-interop-version': version,
          location: expect.stringMatching(/^\/resumable\/[0-9a-f]{32}$/),
          'upload-limit': `max-size=1048576, ${version === '6' ? 'expires' : 'max-age'}=604800`,
        },
      })
      // What is told on the way is what a restarted server still has: whole chunks.
      const offsets = progress.map(({ headers }) => headers['upload-offset'])
      expect(offsets).toEqual(['65536', '131072', '196608', '200000'])
      expect(answer?.status).toBe(201)
      expect(answer?.headers).toMatchObject({
        location: first?.headers.location,
        'content-location': `/uploads/whole%20${version}.jpg`,
        'upload-complete': '?1',
        'upload-offset': '200000',
        'repr-digest': contentDigest(bytes),
      })
      expect(JSON.parse(answer?.body ?? '')).toMatchObject({ size: 200_000, md5: md5(bytes) })
      expect(await storedBytes(started.dataDir, `whole ${version}.jpg`)).toEqual(bytes)
    },
  )

  it('needs nothing of the draft: any client that posts a file has it stored, and hears of nothing else', async () => {
    for (const [method, isChunked] of [
      ['POST', false],
      ['PUT', true],
    ] as const) {
      const bytes = bytesOf(70_000)
      const { interim, answer } = await exchange(started.client, method, '/resumable', {
        headers: named(`plain ${method}.jpg`),
        body: bytes,
        version: undefined,
        isChunked,
      })
      expect([interim, answer?.status]).toEqual([[], 201])
      expect(await storedBytes(started.dataDir, `plain ${method}.jpg`)).toEqual(bytes)
    }
  })

  it('that breaks leaves nothing behind when its client knows no address to go on at', async () => {
    const own = await start()
    const { url, token } = own.client
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    socket.write(
      `POST /resumable HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${token}\r\n` +
        `Content-Length: 300000\r\n\r\n${'x'.repeat(200_000)}`,
    )
    const { ledger } = own.server.uploads
    await expect.poll(async () => (await ledger.openTasks()).length).toBe(1)
    socket.destroy()
    await expect.poll(async () => (await ledger.openTasks()).length).toBe(0)
    await expect.poll(() => partialNames(own.dataDir)).toEqual([])
  })
})

describe('an upload over a connection that breaks at random bytes', () => {
  it.each(['6', '8'] as const)(
    'is identical, 100 of 100: version %s',
    { timeout: 240_000 },
    async (version) => {
      const own = await start()
      let state = Number(version)
      const random = (below: number) => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
        return Math.floor((state / 2 ** 32) * below)
      }
      for (let which = 0; which < 100; which += 1) {
        const bytes = bytesOf(random(300_000))
        const name = `${which}.jpg`
        const cuts = Array.from({ length: random(6) }, () => random(bytes.length + 1))
        const last = await bringOverBreaks(own.client, version as Version, name, bytes, cuts)
        expect([200, 201, 204], `${which} ${bytes.length} ${cuts} ${last.body}`).toContain(last.status)
        const path = decodeURIComponent(String(last.headers['content-location']).slice('/uploads/'.length))
        expect((await storedBytes(own.dataDir, path)).equals(bytes), `${which} ${cuts}`).toBe(true)
        expect(path).toBe(name)
      }
      // What lost its answer before it had an address is stored under the same name, or expires.
      expect(new Set(await storedFiles(own.dataDir)).size).toBe(100)
    },
  )
})

describe('an upload in parts', () => {
  it('says how far it is, and is stored only when its client says that it is complete', async () => {
    const bytes = bytesOf(150_000)
    const path = await begin('parts.jpg', {}, bytes.subarray(0, 1_000))
    expect(await stateOf(path)).toEqual([204, '1000', '?0', undefined])
    const second = await append(path, 1_000, bytes.subarray(1_000, 100_000), false)
    expect([second.status, second.headers['upload-offset'], second.headers['upload-complete']]).toEqual([
      204,
      '100000',
      '?0',
    ])
    const stated = { headers: { 'Upload-Length': '150000' } }
    expect((await append(path, 100_000, bytes.subarray(100_000), false, stated)).status).toBe(204)
    expect(await stateOf(path)).toEqual([204, '150000', '?0', '150000'])
    expect(await storedFiles(started.dataDir)).not.toContain('parts.jpg')
    const last = await append(path, 150_000, nothing, true)
    expect([last.status, last.headers['upload-complete']]).toEqual([200, '?1'])
    expect(await stateOf(path)).toEqual([204, '150000', '?1', '150000'])
    expect((await call('HEAD', path)).headers['content-location']).toBe('/uploads/parts.jpg')
    expect((await call('GET', path)).headers['cache-control']).toBe('no-store')
    expect(await storedBytes(started.dataDir, 'parts.jpg')).toEqual(bytes)
  })

  it.each([
    ['ietf-draft-05', 'whole', Number.POSITIVE_INFINITY],
    ['ietf-draft-05', 'in parts', 50_000],
  ] as const)('comes from tus-js-client: %s, %s', async (protocol, what, chunkSize) => {
    for (const size of [0, 1, 65_536, 200_000]) {
      const bytes = bytesOf(size)
      const name = `${what} ${size}.jpg`
      await new Promise<void>((resolve, reject) => {
        const upload = new Upload(bytes, {
          endpoint: `${started.client.url}/resumable`,
          headers: { Authorization: `Bearer ${started.client.token}` },
          // Its types do not know of it.
          ...({ protocol } as object),
          chunkSize,
          retryDelays: null,
          metadata: { filename: name },
          onSuccess: () => resolve(),
          onError: reject,
        })
        upload.start()
      })
      expect(await storedBytes(started.dataDir, name)).toEqual(bytes)
    }
  })

  it('is continued by the newest request, and what was told of the offset holds', async () => {
    const path = await begin('taken over.jpg', {}, bytesOf(10))
    const { hostname, port } = new URL(started.client.url)
    const silent = connect(Number(port), hostname)
    silent.on('error', () => undefined)
    silent.write(
      `PATCH ${path} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${started.client.token}\r\n` +
        `Upload-Offset: 10\r\nUpload-Complete: ?1\r\nContent-Type: ${partial}\r\nContent-Length: 1000\r\n\r\nhello`,
    )
    const { activity } = started.server.uploads
    await expect.poll(() => activity.isWriting(path.slice('/resumable/'.length))).toBe(true)
    const [, offset] = await stateOf(path)
    expect(['10', '15']).toContain(offset)
    expect((await append(path, Number(offset), bytesOf(5), true)).status).toBe(400)
    const rest = bytesOf(1_010 - Number(offset))
    expect((await append(path, Number(offset), rest, true)).status).toBe(200)
    silent.destroy()
  })

  it('is canceled, with its bytes; of a complete one only the address ends', async () => {
    const path = await begin('canceled.jpg', {}, bytesOf(70_000))
    expect((await call('DELETE', path)).status).toBe(204)
    expect((await call('HEAD', path)).status).toBe(404)
    expect(await partialNames(started.dataDir)).not.toContain(path.slice('/resumable/'.length))
    const done = await begin('ended.jpg', {}, bytesOf(7))
    expect((await append(done, 7, nothing, true)).status).toBe(200)
    expect((await call('DELETE', done)).status).toBe(204)
    expect((await call('HEAD', done)).status).toBe(404)
    expect(await storedFiles(started.dataDir)).toContain('ended.jpg')
  })
})

describe('what is wrong', () => {
  it('with the offset is said with the right one', async () => {
    const path = await begin('offset.jpg', {}, bytesOf(100))
    const answer = await append(path, 50, bytesOf(10), true)
    expect([answer.status, answer.headers['upload-offset']]).toEqual([409, '100'])
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(problemOf(answer)).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#mismatching-upload-offset',
      'expected-offset': 100,
      'provided-offset': 50,
      error: { code: 'chunk-conflict' },
    })
    // Nothing of it counts against the upload.
    expect((await append(path, 100, bytesOf(10), true)).status).toBe(200)
  })

  it('with a length is said, and sizes that lie are refused', async () => {
    const type = 'https://iana.org/assignments/http-problem-types#inconsistent-upload-length'
    const creation = { ...named('lies.jpg'), 'Upload-Complete': '?1', 'Upload-Length': '11' }
    const lying = await call('POST', '/resumable', { headers: creation, body: bytesOf(10) })
    expect([lying.status, problemOf(lying).type]).toEqual([400, type])
    const path = await begin('lies.jpg', { 'Upload-Length': '100' }, bytesOf(40))
    for (const [body, isLast, more] of [
      [bytesOf(10), true, {}],
      [bytesOf(61), true, {}],
      [nothing, false, { headers: { 'Upload-Length': '99' } }],
    ] as const) {
      const answer = await append(path, 40, body, isLast, more)
      expect([answer.status, problemOf(answer).type]).toEqual([400, type])
    }
    expect(await stateOf(path)).toEqual([204, '40', '?0', '100'])
    // More than there may be, told by nobody beforehand: the upload is over.
    const over = await append(path, 40, bytesOf(61), true, { isChunked: true })
    expect([over.status, problemOf(over).type]).toEqual([400, type])
    expect((await call('HEAD', path)).status).toBe(404)
    expect(await storedFiles(started.dataDir)).not.toContain('lies.jpg')
  })

  it('with a size beyond the limit is said with the limit', async () => {
    const most = 1024 * 1024
    const creation = { ...named('large.jpg'), 'Upload-Complete': '?0', 'Upload-Length': String(most + 1) }
    const stated = await call('POST', '/resumable', { headers: creation })
    expect([stated.status, stated.headers['upload-limit']]).toEqual([413, `max-size=${most}, max-age=604800`])
    const path = await begin('large.jpg')
    const sent = await append(path, 0, bytesOf(most + 1), false, { isChunked: true })
    expect([sent.status, sent.headers['upload-limit']]).toEqual([413, `max-size=${most}, max-age=604800`])
  })

  it('with a complete upload is said, and changes nothing', async () => {
    const bytes = bytesOf(10)
    const path = await begin('complete.jpg', {}, bytes)
    await append(path, 10, nothing, true)
    for (const [body, type] of [
      [nothing, 'completed-upload'],
      [bytesOf(1), 'inconsistent-upload-length'],
    ] as const) {
      const answer = await append(path, 10, body, true)
      expect(answer.status).toBe(400)
      expect(answer.headers).toMatchObject({
        'upload-complete': '?1',
        'content-location': '/uploads/complete.jpg',
      })
      expect(problemOf(answer).type).toBe(`https://iana.org/assignments/http-problem-types#${type}`)
    }
    expect(await storedBytes(started.dataDir, 'complete.jpg')).toEqual(bytes)
  })

  it('with bytes is noticed by their digests: of a request none is kept, of a file the upload is over', async () => {
    const bytes = bytesOf(100_000)
    const path = await begin('digest.jpg')
    const wrong = { headers: { 'Content-Digest': contentDigest(bytesOf(10)) } }
    expect((await append(path, 0, bytes, false, wrong)).status).toBe(422)
    expect(await stateOf(path)).toEqual([204, '0', '?0', undefined])
    const right = { headers: { 'Content-Digest': contentDigest(bytes) } }
    expect((await append(path, 0, bytes, false, right)).status).toBe(204)
    const other = await append(path, 100_000, nothing, true, {
      headers: { 'Repr-Digest': contentDigest(bytesOf(10)) },
    })
    expect([other.status, other.headers['upload-complete']]).toEqual([422, '?1'])
    expect((await call('HEAD', path)).status).toBe(404)
    expect(await storedFiles(started.dataDir)).not.toContain('digest.jpg')
  })

  it.each([
    ['another type', { 'Content-Type': 'image/jpeg' }, 415],
    ['no offset', { 'Upload-Offset': 'x' }, 400],
    ['no word of its end', { 'Upload-Complete': '1' }, 400],
  ])('with an append is said: %s', async (_, headers, status) => {
    const path = await begin('odd.jpg')
    const answer = await append(path, 0, bytesOf(1), true, { headers })
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  it('with a file that was packed for the way is said: it would be stored packed', async () => {
    const headers = { ...named('packed.jpg'), 'Content-Encoding': 'gzip' }
    expect((await call('POST', '/resumable', { headers, body: bytesOf(10) })).status).toBe(415)
  })

  it('with the one who asks is said before a byte is read; what is supported is said to everybody', async () => {
    const stranger = { url: started.client.url, token: null }
    const { answer, interim } = await exchange(stranger, 'POST', '/resumable', { body: bytesOf(10) })
    expect([answer?.status, interim]).toEqual([401, []])
    expect(answer?.headers['content-type']).toContain('application/problem+json')
    const abilities = await exchange(stranger, 'OPTIONS', '/resumable')
    expect(abilities.answer?.headers).toMatchObject({
      'accept-patch': partial,
      'upload-limit': 'max-size=1048576, max-age=604800',
    })
  })
})

describe('a hostile name', () => {
  const disposition = (name: string) => ({
    'Content-Disposition': `inline; filename*=UTF-8''${encodeURIComponent(name).replaceAll(/['()*]/g, (odd) => `%${odd.charCodeAt(0).toString(16)}`)}`,
  })
  const post = (name: string) =>
    call('POST', '/resumable', { headers: disposition(name), body: Buffer.from('abc') })

  // An empty one is none: the time gives another.
  it.each(refusedEverywhere.filter((name) => name !== '' && name.isWellFormed()))(
    'is refused: %j',
    async (name) => {
      const answer = await post(name)
      expect([answer.status, problemOf(answer)]).toMatchObject([400, { error: {} }])
    },
  )

  it.each(kept.map((name) => `names/${name}`))('is kept exactly: %j', async (name) => {
    expect((await post(name)).status).toBe(201)
    const path = name.split('/').map(encodeURIComponent).join('/')
    expect((await started.client.download(`/uploads/${path}`)).bytes.toString()).toBe('abc')
  })

  it('may be written in UTF-8, as some clients do, or not at all', async () => {
    const { url, token } = started.client
    const head = ['POST /resumable HTTP/1.1', 'Host: localhost', `Authorization: Bearer ${token}`]
    const fields = [
      'Content-Disposition: inline; filename="相片.jpg"',
      'Content-Length: 3',
      'Connection: close',
    ]
    expect(await raw(url, `${[...head, ...fields].join('\r\n')}\r\n\r\nabc`)).toContain('HTTP/1.1 201')
    expect(await storedBytes(started.dataDir, '相片.jpg')).toHaveLength(3)
    const headers = { 'Content-Type': 'image/jpeg' }
    const unnamed = await call('POST', '/resumable', { headers, body: bytesOf(3) })
    expect(unnamed.headers['content-location']).toMatch(/^\/uploads\/upload%20.*\.jpg$/)
    const odd = { 'Content-Disposition': 'inline; filename="x' }
    expect((await call('POST', '/resumable', { headers: odd, body: bytesOf(3) })).status).toBe(400)
  })
})
