/** Many files in one request: offers by the hundred, and bundles of small files, each with its own answer. */
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { bundleType } from '../../src/shared/protocol/bundle-frames.ts'
import { collidingPair } from '../colliding-pair.ts'
import { askFor, type Bundled, bodyOf, bundled, postBundle, sendBundle } from './bundling.ts'
import { bytesOf, Client, type Started, start } from './harness.ts'
import { partialNames, storedBytes, storedFiles, storedMtimeMs } from './test-storage.ts'

const states = (results: readonly { readonly state: string }[]) => results.map(({ state }) => state)

async function expectNothingLeft({ server, dataDir }: Started): Promise<void> {
  expect(await server.uploads.ledger.openTasks()).toEqual([])
  expect(await partialNames(dataDir)).toEqual([])
}

/** Sends the beginning of a bundle and breaks off. */
async function breakOff({ url, token }: Client, body: Buffer, length: number): Promise<void> {
  const { hostname, port } = new URL(url)
  const head = `POST /api/bundle HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${bundleType}\r\nContent-Length: ${body.length}\r\n\r\n`
  const socket = connect(Number(port), hostname)
  await new Promise<void>((resolve) =>
    socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, length)]), () => resolve()),
  )
  socket.destroySoon()
}

describe('a bundle', () => {
  it('stores every file under its path, with its bytes and its time, and leaves nothing else behind', async () => {
    const started = await start()
    const sizes = [0, 1, 60_000, 1_048_576]
    const files = sizes.map((size, nth) => bundled(`shoot/day ${nth % 2}/图 ${nth}.jpg`, bytesOf(size)))
    const results = await sendBundle(started.client, files)
    for (const [nth, result] of results.entries()) {
      const { file, bytes } = files[nth] as Bundled
      expect(result).toMatchObject({ state: 'stored', stored: { size: bytes.length, sha256: file.sha256 } })
      expect(await storedBytes(started.dataDir, file.relativePath)).toEqual(Buffer.from(bytes))
      expect(await storedMtimeMs(started.dataDir, file.relativePath)).toBe(1_600_000_000_000)
    }
    await expectNothingLeft(started)
    const stats = await started.client.request('GET', '/api/stats')
    expect(stats.body).toMatchObject({ finishedUploads: 4, completedUploads: 4, activeUploads: 0 })
  })

  it('answers each file for itself: one that is refused keeps none of the others', async () => {
    const started = await start()
    const good = bundled('a/good.jpg', bytesOf(5_000))
    const results = await sendBundle(started.client, [
      bundled('a/spoilt.jpg', bytesOf(5_000), { sha256: 'a'.repeat(64) }),
      bundled('../out.jpg', bytesOf(10)),
      good,
      bundled('a/con', bytesOf(10), { fileName: 'other' }),
    ])
    expect(states(results)).toEqual(['refused', 'refused', 'stored', 'refused'])
    expect(results).toMatchObject([
      { error: { code: 'chunk-corrupted' } },
      { error: { code: 'name-invalid' } },
      {},
      { error: { code: 'name-invalid' } },
    ])
    expect(await storedFiles(started.dataDir)).toEqual(['a/good.jpg'])
    await expectNothingLeft(started)
  })

  it('keeps both of two files with one name, or with one MD5, and never replaces what was there', async () => {
    const started = await start()
    const [one, two] = collidingPair()
    await started.client.upload('a.jpg', one)
    const results = await sendBundle(started.client, [
      bundled('a.jpg', two),
      bundled('a.jpg', bytesOf(9)),
      bundled('b.jpg', one),
      bundled('a.jpg', one),
    ])
    expect(states(results)).toEqual(['stored', 'stored', 'stored', 'stored'])
    expect(await storedFiles(started.dataDir)).toEqual(['a (2).jpg', 'a (3).jpg', 'a.jpg', 'b.jpg'])
    expect(await storedBytes(started.dataDir, 'a.jpg')).toEqual(Buffer.from(one))
    await expectNothingLeft(started)
  })

  it('that breaks off keeps the files that had arrived whole, and nothing of the one that had not', async () => {
    const started = await start()
    const files = [bundled('a.jpg', bytesOf(30_000)), bundled('b.jpg', bytesOf(30_000))]
    const body = bodyOf(files)
    await breakOff(started.client, body, body.length - 10)
    await expect.poll(() => storedFiles(started.dataDir)).toEqual(['a.jpg'])
    await expect.poll(() => started.server.uploads.ledger.openTasks()).toEqual([])
    expect(states(await askFor(started.client, files))).toEqual(['stored', 'wanted'])
    await expectNothingLeft(started)
  })

  it.each<[string, (body: Buffer) => Uint8Array]>([
    ['nothing', () => new Uint8Array()],
    ['half a length', (body) => body.subarray(0, 2)],
    ['a head of no bytes', () => new Uint8Array(4)],
    ['a head of four gigabytes', () => new Uint8Array(4).fill(255)],
    ['a head that is no JSON', () => Buffer.from([0, 0, 0, 2, 0x7b, 0x7b])],
    ['a head without digests', () => Buffer.from('\0\0\0\x02{}')],
    [
      'a head with broken UTF-8',
      (body) => Buffer.concat([body.subarray(0, 5), Buffer.from([0xff]), body.subarray(6)]),
    ],
    ['bytes behind the last file', (body) => Buffer.concat([body, Buffer.from('x')])],
    ['a file that is too large for a bundle', () => bodyOf([bundled('a.jpg', new Uint8Array(1_048_577))])],
    [
      'too many files',
      () => bodyOf(Array.from({ length: 257 }, (_, nth) => bundled(`${nth}.jpg`, bytesOf(1)))),
    ],
  ])('of %s is refused with 400, and the server goes on', async (_what, spoil) => {
    const started = await start()
    const answer = await postBundle(started.client, spoil(bodyOf([bundled('a.jpg', bytesOf(100))])))
    expect([answer.status, answer.body.error?.code]).toEqual([400, 'bad-request'])
    await expectNothingLeft(started)
    expect(states(await sendBundle(started.client, [bundled('b.jpg', bytesOf(100))]))).toEqual(['stored'])
  })

  it('of another type is refused with 415, a larger one with 413', async () => {
    const { client } = await start()
    const other = await client.request('POST', '/api/bundle', { body: 'x' })
    expect(other.status).toBe(415)
    const large = await postBundle(client, new Uint8Array(8 * 1024 * 1024 + 1))
    expect(large.status).toBe(413)
  })

  it('stays in the folder of the token, and finds nothing of other folders', async () => {
    const { server, dataDir } = await start({ env: { TOKENS: 'anna:anna-secret,ann:ann-secret' } })
    const [anna, ann] = [new Client(server.url, 'anna-secret'), new Client(server.url, 'ann-secret')]
    const file = bundled('a.jpg', bytesOf(1_000))
    expect(states(await sendBundle(anna, [file]))).toEqual(['stored'])
    expect(states(await askFor(ann, [file]))).toEqual(['wanted'])
    expect(states(await sendBundle(ann, [file]))).toEqual(['stored'])
    expect(await storedFiles(dataDir)).toEqual(['ann/a.jpg', 'anna/a.jpg'])
  })
})

describe('a list of offers', () => {
  it('says of each file whether it is stored, wanted, or known in part, and opens no task', async () => {
    const started = await start()
    const bytes = bytesOf(100_000)
    await started.client.upload('stored.jpg', bytes)
    const half = bundled('half.jpg', bytesOf(100_000))
    const { taskId } = await started.client.offer('half.jpg', half.bytes)
    await started.client.put(taskId, 0, half.bytes.subarray(0, 65_536))
    const verdicts = await askFor(started.client, [
      bundled('stored.jpg', bytes),
      bundled('elsewhere.jpg', bytes),
      half,
      bundled('new.jpg', bytesOf(7)),
      bundled('a\0b.jpg', bytesOf(7)),
    ])
    expect(states(verdicts)).toEqual(['stored', 'known', 'known', 'wanted', 'refused'])
    expect(verdicts[0]).toMatchObject({ task: { done: true, url: '/uploads/stored.jpg' } })
    expect(await started.server.uploads.ledger.openTasks()).toHaveLength(1)
  })

  it('never calls content stored whose file is gone', async () => {
    const started = await start()
    const file = bundled('a.jpg', bytesOf(1_000))
    await sendBundle(started.client, [file])
    expect(states(await askFor(started.client, [file]))).toEqual(['stored'])
    const row = await started.server.uploads.ledger.fileAt('a.jpg')
    await started.server.uploads.ledger.forgetFile(row?.fileId ?? 0)
    expect(states(await askFor(started.client, [file]))).toEqual(['wanted'])
  })

  it('takes five hundred at once, and no more', async () => {
    const { client } = await start()
    const files = Array.from({ length: 501 }, (_, nth) =>
      bundled(`${'长'.repeat(80)}/${nth}.jpg`, new Uint8Array([nth])),
    )
    expect(await askFor(client, files.slice(1))).toHaveLength(500)
    await expect(askFor(client, files)).rejects.toThrow('offers: 400')
  })
})
