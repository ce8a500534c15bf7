/** tus 1.0 from outside: what the specification says a server MUST do, one test for each, whatever the library does. */
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { bytesOf, raw, type Started, start } from './harness.ts'
import { kept, refusedEverywhere } from './hostile-names.ts'
import { storedBytes } from './test-storage.ts'

let started: Started
beforeAll(async () => {
  started = await start({ env: { MAX_FILE_SIZE: '1M' } })
})

type Headers_ = Readonly<Record<string, string | undefined>>
const octets = 'application/offset+octet-stream'

/** One request with the headers that every tus request has; `undefined` leaves one out. */
function tus(method: string, path: string, headers: Headers_ = {}, body?: Uint8Array): Promise<Response> {
  const all: Headers_ = {
    Authorization: `Bearer ${started.client.token}`,
    'Tus-Resumable': '1.0.0',
    ...headers,
  }
  const sent = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  return fetch(new URL(path, started.server.url), {
    method,
    headers: sent as [string, string][],
    ...(body && { body: new Uint8Array(body) }),
  })
}

const metadataOf = (name: string) =>
  `filename ${Buffer.from(name).toString('base64')},filetype aW1hZ2UvanBlZw==`

async function create(size: number, name = `${size}.jpg`): Promise<string> {
  const answer = await tus('POST', '/tus', {
    'Upload-Length': String(size),
    'Upload-Metadata': metadataOf(name),
  })
  expect(answer.status).toBe(201)
  return String(answer.headers.get('Location'))
}

const patch = (path: string, offset: number, bytes: Uint8Array, headers: Headers_ = {}) =>
  tus('PATCH', path, { 'Upload-Offset': String(offset), 'Content-Type': octets, ...headers }, bytes)

const offsetOf = async (path: string) => Number((await tus('HEAD', path)).headers.get('Upload-Offset'))

describe('the core protocol', () => {
  it('answers OPTIONS without a version, with what it can do', async () => {
    const answer = await tus('OPTIONS', '/tus', { 'Tus-Resumable': undefined })
    expect(answer.status).toBe(204)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'tus-resumable': '1.0.0',
      'tus-version': '1.0.0',
      'tus-max-size': String(1024 * 1024),
      'tus-extension': 'creation,creation-with-upload,creation-defer-length,termination,expiration,checksum',
      'tus-checksum-algorithm': 'sha1,md5,sha256',
    })
  })

  it.each(['0.2.2', '2.0.0', undefined])('refuses version %s with 412 and says its own', async (version) => {
    const path = await create(10, 'version.jpg')
    for (const answer of [
      await tus('HEAD', path, { 'Tus-Resumable': version }),
      await patch(path, 0, bytesOf(10), { 'Tus-Resumable': version }),
      await tus('DELETE', path, { 'Tus-Resumable': version }),
    ]) {
      expect(answer.status).toBe(412)
      expect(answer.headers.get('Tus-Version')).toBe('1.0.0')
    }
    expect(await offsetOf(path)).toBe(0)
  })

  it('answers HEAD with offset and length, and lets nobody keep that', async () => {
    const path = await create(10, 'head.jpg')
    await patch(path, 0, bytesOf(4))
    const answer = await tus('HEAD', path)
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'upload-offset': '4',
      'upload-length': '10',
      'cache-control': 'no-store',
      'tus-resumable': '1.0.0',
      'upload-metadata': metadataOf('head.jpg'),
    })
  })

  it.each([
    ['as it is sent', `filename ${btoa('odd one.jpg')},is_confidential,album ${btoa('2026')},x `],
    ['of one key', `filename ${btoa('odd two.jpg')}`],
  ])('gives back the metadata %s, also once the file is stored', async (_what, sent) => {
    const created = await tus('POST', '/tus', { 'Upload-Length': '10', 'Upload-Metadata': sent })
    const path = String(created.headers.get('Location'))
    const known = async () => (await tus('HEAD', path)).headers.get('Upload-Metadata')
    expect(await known()).toBe(sent.replace(/ $/, ''))
    await patch(path, 0, bytesOf(10))
    expect(await known()).toBe(sent.replace(/ $/, ''))
  })

  it('answers PATCH with 204 and the new offset', async () => {
    const path = await create(10, 'patch.jpg')
    const answer = await patch(path, 0, bytesOf(6))
    expect([answer.status, answer.headers.get('Upload-Offset'), answer.headers.get('Tus-Resumable')]).toEqual(
      [204, '6', '1.0.0'],
    )
    expect(await answer.text()).toBe('')
  })

  it('refuses a PATCH of another type (415), another offset (409), none, and nonsense', async () => {
    const path = await create(10, 'wrong.jpg')
    const status = async (offset: string | undefined, type: string | undefined) =>
      (await tus('PATCH', path, { 'Upload-Offset': offset, 'Content-Type': type }, bytesOf(1))).status
    expect(await status('0', 'application/octet-stream')).toBe(415)
    expect(await status('0', undefined)).toBe(415)
    expect(await status('5', octets)).toBe(409)
    expect(await status(undefined, octets)).toBe(403)
    for (const offset of ['-1', 'x', '1.5', '1e1', '9007199254740993']) {
      expect([400, 409]).toContain(await status(offset, octets))
    }
    expect(await offsetOf(path)).toBe(0)
  })

  it('takes no byte beyond the length', async () => {
    const path = await create(10, 'beyond.jpg')
    expect((await patch(path, 0, bytesOf(11))).status).toBe(413)
    expect(await offsetOf(path)).toBeLessThanOrEqual(10)
  })

  it('takes none where nobody told how many come, when it is created with its bytes and later', async () => {
    const { client } = started
    const path = await create(10, 'beyond chunked.jpg')
    const headers = [
      'Host: localhost',
      `Authorization: Bearer ${client.token}`,
      'Tus-Resumable: 1.0.0',
      `Content-Type: ${octets}`,
      'Transfer-Encoding: chunked',
      'Connection: close',
    ]
    const creating = ['Upload-Length: 10', `Upload-Metadata: ${metadataOf('beyond at once.jpg')}`]
    for (const [line, more] of [
      [`PATCH ${path}`, ['Upload-Offset: 0']],
      ['POST /tus', creating],
    ] as const) {
      const head = [`${line} HTTP/1.1`, ...headers, ...more].join('\r\n')
      const answer = await raw(client.url, `${head}\r\n\r\nb\r\n${'x'.repeat(11)}\r\n0\r\n\r\n`)
      expect(answer).toContain('HTTP/1.1 413')
      expect(answer).toContain('"code":"file-too-large"')
    }
    expect(await offsetOf(path)).toBeLessThanOrEqual(10)
  })

  it.each(['PATCH', 'HEAD', 'DELETE'])('knows no upload that is not there: %s is 404', async (method) => {
    const path = `/tus/${'0'.repeat(32)}`
    const answer = method === 'PATCH' ? await patch(path, 0, bytesOf(1)) : await tus(method, path)
    expect(answer.status).toBe(404)
    expect(answer.headers.get('Upload-Offset')).toBeNull()
  })

  it('takes the method from X-HTTP-Method-Override', async () => {
    const path = await create(10, 'override.jpg')
    const headers = { 'Upload-Offset': '0', 'Content-Type': octets, 'X-HTTP-Method-Override': 'PATCH' }
    const answer = await tus('POST', path, headers, bytesOf(3))
    expect([answer.status, answer.headers.get('Upload-Offset')]).toEqual([204, '3'])
    expect((await tus('POST', path, { 'X-HTTP-Method-Override': 'DELETE' })).status).toBe(204)
    expect((await tus('HEAD', path)).status).toBe(404)
  })
})

describe('creation', () => {
  it.each([
    ['no length', {}],
    ['a negative length', { 'Upload-Length': '-1' }],
    ['a length that is none', { 'Upload-Length': 'x' }],
    ['a length and none', { 'Upload-Length': '1', 'Upload-Defer-Length': '1' }],
    ['another length for later', { 'Upload-Defer-Length': '2' }],
    ['metadata that is none', { 'Upload-Length': '1', 'Upload-Metadata': 'filename !!!' }],
    ['an extension that is not there', { 'Upload-Length': '1', 'Upload-Concat': 'partial' }],
  ])('refuses %s', async (_, headers) => {
    const answer = await tus('POST', '/tus', { 'Upload-Metadata': metadataOf('x.jpg'), ...headers })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(502)
    expect(answer.headers.get('Location')).toBeNull()
  })

  it('refuses more than Tus-Max-Size with 413, and says when an upload expires', async () => {
    const headers = { 'Upload-Length': String(1024 * 1024 + 1), 'Upload-Metadata': metadataOf('x.jpg') }
    expect((await tus('POST', '/tus', headers)).status).toBe(413)
    const answer = await tus('POST', '/tus', { ...headers, 'Upload-Length': '1' })
    expect(Date.parse(String(answer.headers.get('Upload-Expires')))).toBeGreaterThan(Date.now())
  })
})

describe('a hostile name', () => {
  const metadata = (name: string) => ({
    'Upload-Length': '3',
    'Upload-Metadata': `relativePath ${Buffer.from(name).toString('base64')}`,
    'Content-Type': octets,
  })

  // An empty one is none: the time gives another.
  it.each(refusedEverywhere.filter((name) => name !== '' && name.isWellFormed()))(
    'is refused: %j',
    async (name) => {
      const answer = await tus('POST', '/tus', metadata(name), Buffer.from('abc'))
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: {} }])
    },
  )

  it.each(kept.map((name) => `names/${name}`))('is kept exactly: %j', async (name) => {
    const answer = await tus('POST', '/tus', metadata(name), Buffer.from('abc'))
    expect([answer.status, answer.headers.get('Upload-Offset')]).toEqual([201, '3'])
    const path = name.split('/').map(encodeURIComponent).join('/')
    expect((await started.client.download(`/uploads/${path}`)).bytes.toString()).toBe('abc')
  })
})

describe('checksum', () => {
  const of = (algorithm: string, bytes: Uint8Array) => ({
    'Upload-Checksum': `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`,
  })

  it.each(['sha1', 'md5', 'sha256'])('keeps bytes whose %s is right', async (algorithm) => {
    const bytes = bytesOf(200_000)
    const path = await create(bytes.length, `${algorithm}.jpg`)
    let offset = 0
    for (const length of [100, 150_000, 49_900]) {
      const piece = bytes.subarray(offset, offset + length)
      expect((await patch(path, offset, piece, of(algorithm, piece))).status).toBe(204)
      offset += length
    }
    expect(await storedBytes(started.dataDir, `${algorithm}.jpg`)).toEqual(bytes)
  })

  it('keeps none of the others (460), however many chunks they fill, and goes on from where it was', async () => {
    const bytes = bytesOf(300_000)
    const path = await create(bytes.length, 'mismatch.jpg')
    expect((await patch(path, 0, bytes.subarray(0, 70_000))).status).toBe(204)
    const flipped = Buffer.from(bytes.subarray(70_000))
    flipped[100_000] = (flipped[100_000] ?? 0) ^ 1
    const refused = await patch(path, 70_000, flipped, of('sha1', bytes.subarray(70_000)))
    expect([refused.status, await refused.json()]).toMatchObject([
      460,
      { error: { code: 'chunk-corrupted' } },
    ])
    expect(await offsetOf(path)).toBe(70_000)
    const { ledger } = started.server.uploads
    expect(await ledger.chunks(path.slice(path.lastIndexOf('/') + 1))).toHaveLength(1)
    const rest = bytes.subarray(70_000)
    expect((await patch(path, 70_000, rest, of('sha1', rest))).status).toBe(204)
    expect(await storedBytes(started.dataDir, 'mismatch.jpg')).toEqual(bytes)
  })

  it.each(['crc32 AAAAAA==', 'sha1', 'sha1 x', 'sha1 AAAA', 'constructor AAAA', 'md5 a b'])(
    'refuses "%s" with 400',
    async (header) => {
      const path = await create(10, 'odd.jpg')
      expect((await patch(path, 0, bytesOf(5), { 'Upload-Checksum': header })).status).toBe(400)
      expect(await offsetOf(path)).toBe(0)
    },
  )
})
