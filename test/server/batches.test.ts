/** Batches known to the server: what clients say of them, and what the server makes of their word. */
import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { mostBatches, mostNamed } from '../../src/shared/protocol/batches.ts'
import { begin, end, listed, nameAll, storedName } from './batch-client.ts'
import { bytesOf, Client, sha256, spawnServer, start, temporaryFolder } from './harness.ts'

const secret = { anna: 'anna-secret', boss: 'boss-secret', li: 'li-secret' }
const tokens = JSON.stringify([
  { name: 'boss', token: secret.boss, folder: '/' },
  { name: 'anna', token: secret.anna, folder: 'guests/anna' },
  { name: 'li', token: secret.li, folder: 'guests/li' },
])

async function guests() {
  const { server } = await start({ env: { TOKENS: tokens } })
  const of = (token: string) => new Client(server.url, token)
  return { server, anna: of(secret.anna), li: of(secret.li), boss: of(secret.boss) }
}

describe('a batch that is known to the server', () => {
  it('is listed from its beginning, and complete once all that was named is stored and it is ended', async () => {
    const { client } = await start()
    const batchId = randomUUID()
    expect((await begin(client, batchId)).status).toBe(200)
    expect(await listed(client)).toMatchObject([
      {
        ...{ batchId, name: 'Wedding', sender: 'owner', folder: '', complete: false, endedAt: null },
        announced: { files: 2, bytes: 200 },
        stored: { files: 0, bytes: 0 },
      },
    ])
    const files = [await storedName(client, 'w/a.jpg'), await storedName(client, 'w/ä.jpg')]
    const first = await nameAll(client, batchId, { after: null, files: files.slice(0, 1) })
    expect(first.body).toMatchObject({ after: 'w/a.jpg', missing: [], batch: { complete: false } })
    const last = { after: 'w/a.jpg', files: files.slice(1), end: { failed: 0, leftOut: 3 } }
    expect((await nameAll(client, batchId, last)).body).toMatchObject({
      after: 'w/ä.jpg',
      batch: { complete: true, stored: { files: 2, bytes: 200 }, leftOut: 3 },
    })
    const { body } = await client.request('GET', `/api/batches/${batchId}`)
    expect(body).toEqual((await listed(client))[0])
    expect(Date.parse(String(body.completeAt))).toBeGreaterThanOrEqual(Date.parse(String(body.beganAt)))
  })

  it('is not complete by its client’s word: each file must be stored with this size and SHA-256', async () => {
    const { client } = await start()
    await begin(client, 'batch-01')
    const stored = await storedName(client, 'a.jpg')
    await client.offer('b.jpg', bytesOf(100_000))
    const untrue = [
      { ...stored, size: 101 },
      { ...stored, sha256: sha256(bytesOf(1)) },
      { path: 'b.jpg', size: 100_000, sha256: stored.sha256 },
      { ...stored, path: 'c.jpg' },
    ]
    for (const file of untrue) {
      const asked = { after: null, files: [file], end: { failed: 0, leftOut: 0 } }
      expect((await nameAll(client, 'batch-01', asked)).body).toMatchObject({
        after: null,
        missing: [file.path],
        batch: { complete: false, endedAt: null, stored: { files: 0 } },
      })
    }
    // Nothing of a page counts where one file of it is missing.
    const mixed = { after: null, files: [stored, { ...stored, path: 'c.jpg' }] }
    expect((await nameAll(client, 'batch-01', mixed)).body).toMatchObject({
      missing: ['c.jpg'],
      batch: { stored: { files: 0 } },
    })
    expect(await end(client, 'batch-01', [stored], { failed: 1, leftOut: 0 })).toMatchObject({
      complete: false,
      failed: 1,
      endedAt: expect.any(String),
    })
    expect(await end(client, 'batch-01', [])).toMatchObject({ complete: false })
    expect(await end(client, 'batch-01', [stored])).toMatchObject({ complete: true, failed: 0 })
  })

  it('is not complete with a file that is damaged, or was found to be while files were named', async () => {
    const { client, server } = await start()
    await begin(client, 'batch-01')
    const files = [await storedName(client, 'a.jpg'), await storedName(client, 'b.jpg')]
    await nameAll(client, 'batch-01', { after: null, files: files.slice(0, 1) })
    const { ledger, now } = server.uploads
    const row = await ledger.fileAt('a.jpg')
    await ledger.setFileDamaged(Number(row?.fileId), 'bytes', now())
    const last = { after: 'a.jpg', files: files.slice(1), end: { failed: 0, leftOut: 0 } }
    expect((await nameAll(client, 'batch-01', last)).body).toMatchObject({ batch: { complete: false } })
    const again = await nameAll(client, 'batch-01', { after: null, files })
    expect(again.body).toMatchObject({ missing: ['a.jpg'] })
  })

  it('stays as it is when its client is gone and the server is killed, and goes on with another run', async () => {
    const dataDir = temporaryFolder()
    const first = await spawnServer(dataDir)
    const files = [await storedName(first.client, 'a.jpg'), await storedName(first.client, 'b.jpg')]
    await begin(first.client, 'vanished')
    await begin(first.client, 'finished')
    await end(first.client, 'finished', files.slice(0, 1))
    await nameAll(first.client, 'vanished', { after: null, files: files.slice(0, 1) })
    first.process.kill('SIGKILL')
    await first.exited
    const { client } = await start({ dataDir })
    expect(await listed(client)).toMatchObject([
      { batchId: 'finished', complete: true },
      { batchId: 'vanished', complete: false, endedAt: null, stored: { files: 1 } },
    ])
    const last = { after: 'a.jpg', files: files.slice(1), end: { failed: 0, leftOut: 0 } }
    expect((await nameAll(client, 'vanished', last)).body).toMatchObject({ batch: { complete: true } })
  })

  it('is open again while its client sends more of it', async () => {
    const { client } = await start()
    const files = [await storedName(client, 'a.jpg'), await storedName(client, 'b.jpg')]
    await begin(client, 'batch-01')
    await end(client, 'batch-01', files.slice(0, 1))
    expect((await begin(client, 'batch-01')).body).toMatchObject({ complete: false, endedAt: null })
    expect(await end(client, 'batch-01', files)).toMatchObject({ complete: true, stored: { files: 2 } })
  })
})

describe('the files of a batch', () => {
  it('are named in the byte order of their paths, none of them twice, whatever the pages', async () => {
    const { client } = await start()
    await begin(client, 'batch-01')
    const [a, b, c] = [
      await storedName(client, 'a.jpg'),
      await storedName(client, 'b.jpg'),
      await storedName(client, 'c.jpg'),
    ]
    for (const files of [
      [b, a],
      [a, a],
    ]) {
      const refused = await nameAll(client, 'batch-01', { after: null, files })
      expect([refused.status, refused.body.error?.code]).toEqual([400, 'bad-request'])
    }
    await nameAll(client, 'batch-01', { after: null, files: [a, b] })
    expect((await nameAll(client, 'batch-01', { after: 'b.jpg', files: [a] })).status).toBe(400)
    // A page that comes twice, and one for another place: nothing is named, and the answer says where to go on.
    for (const after of ['a.jpg', 'bb.jpg']) {
      const astray = await nameAll(client, 'batch-01', { after, files: [c], end: { failed: 0, leftOut: 0 } })
      expect(astray.body).toMatchObject({
        after: 'b.jpg',
        batch: { complete: false, endedAt: null, stored: { files: 2 } },
      })
    }
    const last = { after: 'b.jpg', files: [c], end: { failed: 0, leftOut: 0 } }
    expect((await nameAll(client, 'batch-01', last)).body).toMatchObject({
      batch: { complete: true, stored: { files: 3, bytes: 300 } },
    })
  })

  it('are refused, bounded, where they are hostile', async () => {
    const { client } = await start()
    await begin(client, 'batch-01')
    const stored = await storedName(client, 'a.jpg')
    const tooMany = Array.from({ length: mostNamed + 1 }, (_, at) => ({
      ...stored,
      path: `${1000 + at}.jpg`,
    }))
    const cases: readonly [object, number][] = [
      [{ after: null, files: tooMany }, 400],
      [{ after: null, files: [{ ...stored, path: '../a.jpg' }] }, 400],
      [{ after: '/etc', files: [stored] }, 400],
      [{ after: null, files: [{ ...stored, size: -1 }] }, 400],
      [{ after: null, files: [{ ...stored, path: 'x'.repeat(5_000) }] }, 400],
      [{ after: null, files: [stored], end: { failed: -1, leftOut: 0 } }, 400],
      [{ after: null, files: [stored], end: { failed: 1e300, leftOut: 0 } }, 400],
      [{ files: [stored] }, 400],
      [{ after: null, files: [], pad: 'x'.repeat(1024 * 1024) }, 413],
    ]
    for (const [body, status] of cases) {
      const refused = await nameAll(client, 'batch-01', body)
      expect([refused.status, JSON.stringify(body).slice(0, 80)]).toEqual([
        status,
        JSON.stringify(body).slice(0, 80),
      ])
    }
    expect((await nameAll(client, 'unknown-1', { after: null, files: [] })).status).toBe(404)
    const fits = { name: 'x', files: 1, bytes: 1 }
    for (const body of [
      { ...fits, name: '' },
      { ...fits, name: 'x'.repeat(501) },
      { ...fits, files: -1 },
      { ...fits, bytes: 2 ** 60 },
      {},
    ])
      expect((await begin(client, 'batch-02', body)).status).toBe(400)
    for (const id of ['short', 'x'.repeat(65), 'with%20space', '%2e%2e%2f%2e%2e%2f'])
      expect((await begin(client, id, fits)).status).toBe(400)
    expect((await begin(client, 'batch-02', { ...fits, pad: 'x'.repeat(70_000) })).status).toBe(413)
    expect(await listed(client)).toMatchObject([{ batchId: 'batch-01', complete: false }])
  })
})

describe('the list of batches', () => {
  it('shows a token the batches of its folder; only the whole library’s token sees all, and whose they are', async () => {
    const { anna, li, boss } = await guests()
    const mine = await storedName(anna, 'a.jpg')
    for (const client of [anna, li, boss]) await begin(client, 'same-name', { name: 'x', files: 1, bytes: 1 })
    expect(await end(anna, 'same-name', [mine])).toMatchObject({ complete: true, folder: '' })
    expect(await listed(anna)).toMatchObject([{ sender: 'anna', folder: '', complete: true }])
    expect(await listed(li)).toMatchObject([{ sender: 'li', folder: '', complete: false }])
    expect(await listed(boss)).toMatchObject([
      { sender: 'boss', folder: '', complete: false },
      { sender: 'li', folder: 'guests/li', complete: false },
      { sender: 'anna', folder: 'guests/anna', complete: true },
    ])
    // Files of others are not stored for this token, whoever names them.
    const stolen = await nameAll(li, 'same-name', { after: null, files: [mine] })
    expect(stolen.body).toMatchObject({ missing: ['a.jpg'] })
    await begin(anna, 'only-anna')
    for (const method of ['GET'])
      expect((await li.request(method, '/api/batches/only-anna')).status).toBe(404)
    expect((await nameAll(li, 'only-anna', { after: null, files: [] })).status).toBe(404)
    expect((await nameAll(boss, 'only-anna', { after: null, files: [] })).status).toBe(404)
  })

  it('has stable pages while batches are begun, and no page without an end', async () => {
    const { client } = await start()
    const ids = Array.from({ length: 7 }, (_, at) => `batch-0${at}`)
    for (const id of ids) await begin(client, id)
    const seen: string[] = []
    let next: string | null = ''
    for (let page = 0; next !== null; page += 1) {
      const after: string = next === '' ? '' : `&after=${next}`
      const { body } = await client.request('GET', `/api/batches?limit=3${after}`)
      for (const { batchId } of body.batches as { batchId: string }[]) seen.push(batchId)
      next = body.next as string | null
      await begin(client, `new-batch-${page}`)
      // One that is opened again keeps its place.
      await begin(client, 'batch-00')
    }
    expect(seen).toEqual(ids.toReversed())
    for (const query of ['limit=0', `limit=${mostBatches + 1}`, 'limit=x', 'after=x', 'after=-1'])
      expect((await client.request('GET', `/api/batches?${query}`)).status).toBe(400)
  })

  it('forgets the oldest of a folder beyond its limit, and none of another', async () => {
    const { server, anna, li, boss } = await guests()
    await begin(li, 'of-li-001')
    for (const id of ['batch-01', 'batch-02', 'batch-03', 'batch-04']) await begin(anna, id)
    await server.uploads.ledger.keepLatestBatches('guests/anna', 2)
    expect((await listed(boss)).map(({ batchId }) => batchId)).toEqual(['batch-04', 'batch-03', 'of-li-001'])
    await server.uploads.ledger.keepLatestBatches('guests/anna', 2)
    expect(await listed(anna)).toHaveLength(2)
  })
})
