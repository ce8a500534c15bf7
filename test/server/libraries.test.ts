/** Several tokens: each has its own folder, and what lies in another's is not there, whatever the dialect. */
import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../server/config/config.ts'
import { fileSignatureMessage, routes, statsSchema } from '../../src/shared/protocol/wire.ts'
import { bytesOf, Client, chunkOf, md5, type Started, start } from './harness.ts'
import { storedFiles } from './test-storage.ts'

const tokens = { anna: 'anna-secret', ben: 'ben-secret', owner: 'owner-secret' }
let started: Started
let anna: Client
let ben: Client
let owner: Client
beforeAll(async () => {
  started = await start({
    env: { TOKENS: `anna:${tokens.anna},ben:${tokens.ben}:guests/ben,${tokens.owner}` },
  })
  const clientOf = (token: string) => new Client(started.server.url, token)
  anna = clientOf(tokens.anna)
  ben = clientOf(tokens.ben)
  owner = clientOf(tokens.owner)
})

describe('a token with a folder', () => {
  it('stores below it, and knows its files without it', async () => {
    const bytes = bytesOf(100_000)
    const stored = await anna.upload('Reise/a.jpg', bytes)
    expect(stored.body).toMatchObject({ fileName: 'a.jpg', path: '/uploads/Reise/a.jpg' })
    expect(await storedFiles(started.dataDir)).toContain(join('anna', 'Reise', 'a.jpg'))
    expect((await anna.download('/uploads/Reise/a.jpg')).bytes).toEqual(bytes)
    expect(await anna.offer('Reise/a.jpg', bytes)).toMatchObject({ done: true, url: '/uploads/Reise/a.jpg' })
  })

  it('cannot get what another has, under any path', async () => {
    await anna.upload('mine.jpg', bytesOf(1_000))
    for (const path of ['mine.jpg', 'anna/mine.jpg', '../anna/mine.jpg', '..%2f..%2fanna%2fmine.jpg']) {
      expect((await ben.download(`/uploads/${path}`)).response.status).toBe(404)
    }
    expect((await owner.download('/uploads/anna/mine.jpg')).response.status).toBe(200)
  })

  it('is not told that another has the same content', async () => {
    const bytes = bytesOf(70_000)
    await anna.upload('same.jpg', bytes)
    expect(await ben.offer('same.jpg', bytes)).toMatchObject({ done: false, uploadedChunks: [] })
    const announcement = { md5: md5(bytes), fileName: 'same.jpg', totalChunks: 2 }
    expect((await ben.post('/api/check-chunks', announcement)).body.uploadedChunks).toEqual([])
    expect(await anna.offer('elsewhere.jpg', bytes)).toMatchObject({ done: true })
    expect((await ben.upload('same.jpg', bytes)).body).toMatchObject({ path: '/uploads/same.jpg' })
  })

  it('neither sees, resumes, ends nor completes an upload of another', async () => {
    const bytes = bytesOf(150_000)
    const task = await anna.offer('open.jpg', bytes)
    const first = chunkOf(task, bytes, 0)
    await anna.put(task.taskId, 0, first)
    expect((await ben.offer('open.jpg', bytes)).taskId).not.toBe(task.taskId)
    expect((await ben.request('GET', `/api/task/${task.taskId}`)).status).toBe(404)
    expect((await ben.put(task.taskId, 0, first)).status).toBe(404)
    expect((await ben.complete(task.taskId, md5(bytes))).status).toBe(404)
    expect((await ben.request('DELETE', `/api/task/${task.taskId}`)).status).toBe(204)
    const tus = { 'Tus-Resumable': '1.0.0' }
    const headOf = (client: Client) =>
      fetch(`${client.url}/tus/${task.taskId}`, {
        method: 'HEAD',
        headers: { ...tus, Authorization: `Bearer ${client.token}` },
      })
    expect((await headOf(ben)).status).toBe(404)
    expect((await headOf(anna)).headers.get('Upload-Offset')).toBe('65536')
    expect((await anna.request('GET', `/api/task/${task.taskId}`)).body.uploadedChunks).toEqual([0])
  })

  it('has announced uploads and tus uploads of its own', async () => {
    const form = new FormData()
    const bytes = bytesOf(10_000)
    const fields = { md5: md5(bytes), fileName: 'clip.mov', totalChunks: '2', chunkIndex: '0' }
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('chunk', new Blob([new Uint8Array(bytes.subarray(0, 5_000))]))
    expect((await anna.request('POST', '/api/upload-chunk', { body: form })).status).toBe(200)
    const path = `${fields.md5}/clip.mov`
    expect((await ben.request('GET', `/api/upload-status/${path}`)).status).toBe(404)
    expect((await ben.request('DELETE', `/api/upload/${path}`)).body).toEqual({ success: true })
    expect((await anna.request('GET', `/api/upload-status/${path}`)).body).toMatchObject({ uploaded: 1 })
    const created = await fetch(`${ben.url}/tus`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${ben.token}`,
        'Tus-Resumable': '1.0.0',
        'Upload-Length': '5',
        'Upload-Metadata': `filename ${btoa('tus.txt')}`,
        'Content-Type': 'application/offset+octet-stream',
      },
      body: 'hello',
    })
    expect(created.status).toBe(201)
    expect(await storedFiles(started.dataDir)).toContain(join('guests', 'ben', 'tus.txt'))
  })

  it('signs links to its own files only', async () => {
    const [annas, bens] = [bytesOf(1_000), bytesOf(1_000)]
    await anna.upload('link.jpg', annas)
    await ben.upload('link.jpg', bens)
    const path = routes.file('link.jpg')
    const expires = Date.now() + 60_000
    const get = async (token: string) => {
      const signature = createHmac('sha256', token).update(fileSignatureMessage(path, expires)).digest('hex')
      const answer = await fetch(`${started.server.url}${path}?expires=${expires}&signature=${signature}`)
      return answer.ok ? Buffer.from(await answer.arrayBuffer()) : answer.status
    }
    expect(await get(tokens.anna)).toEqual(annas)
    expect(await get(tokens.ben)).toEqual(bens)
    expect(await get('another-secret')).toBe(401)
  })
})

describe('two tokens of which one folder begins with the name of the other', () => {
  it('see nothing of each other, by any route', async () => {
    const { server } = await start({ env: { TOKENS: 'ann:one-secret,anna:two-secret' } })
    const [ann, ana] = ['one-secret', 'two-secret'].map((token) => new Client(server.url, token))
    if (!(ann && ana)) throw new Error('no clients')
    const bytes = bytesOf(100_000)
    await ana.upload('mine.jpg', bytes)
    const open = await ana.offer('open.jpg', bytesOf(150_000))
    // What `anna/mine.jpg` is below `ann`, were the slash not looked at.
    for (const path of ['mine.jpg', 'a/mine.jpg', 'anna/mine.jpg', '/mine.jpg']) {
      expect((await ann.download(`/uploads/${path}`)).response.status).toBe(404)
    }
    expect(await ann.offer('mine.jpg', bytes)).toMatchObject({ done: false, uploadedChunks: [] })
    expect((await ann.request('GET', `/api/task/${open.taskId}`)).status).toBe(404)
    expect((await ann.request('DELETE', `/api/task/${open.taskId}`)).status).toBe(204)
    expect((await ana.request('GET', `/api/task/${open.taskId}`)).status).toBe(200)
    const announcement = { md5: md5(bytes), fileName: 'mine.jpg', totalChunks: 2 }
    expect((await ann.post('/api/check-chunks', announcement)).body.uploadedChunks).toEqual([])
    const tus = await fetch(`${ann.url}/tus/${open.taskId}`, {
      method: 'HEAD',
      headers: { 'Tus-Resumable': '1.0.0', Authorization: `Bearer ${ann.token}` },
    })
    expect(tus.status).toBe(404)
    const figures = statsSchema.parse((await ann.request('GET', '/api/stats')).body)
    // Its own offer is open.
    expect(figures).toMatchObject({ activeUploads: 1, completedUploads: 0, storedBytes: 0 })
  })
})

describe('the figures of a token with a folder', () => {
  const statsOf = async (client: Client) =>
    statsSchema.parse((await client.request('GET', '/api/stats')).body)
  let clients: Readonly<Record<'guest' | 'other' | 'whole', Client>>
  beforeAll(async () => {
    const { server } = await start({ env: { TOKENS: 'guest:one:100%_,other:two:100,whole:three:/' } })
    const clientOf = (token: string) => new Client(server.url, token)
    clients = { guest: clientOf('one'), other: clientOf('two'), whole: clientOf('three') }
  })

  it('tell of its library only, in stats', async () => {
    const { guest, other, whole } = clients
    await guest.upload('a.jpg', bytesOf(1_000))
    await guest.upload('sub/b.jpg', bytesOf(2_000))
    await guest.offer('open.jpg', bytesOf(10))
    await whole.upload('100x/c.jpg', bytesOf(4_000))
    const bad = await other.offer('bad.jpg', bytesOf(10), { hash: 'a'.repeat(32) })
    await other.put(bad.taskId, 0, bytesOf(10))
    expect((await other.complete(bad.taskId, 'a'.repeat(32))).status).toBe(422)
    const figures = { activeUploads: 1, completedUploads: 2, storedBytes: 3_000 }
    expect(await statsOf(guest)).toMatchObject({ ...figures, finishedUploads: 2, failedUploads: 0 })
    const nothing = { completedUploads: 0, storedBytes: 0, finishedUploads: 0 }
    expect(await statsOf(other)).toMatchObject({ ...nothing, activeUploads: 1, failedUploads: 1 })
    const all = { activeUploads: 2, completedUploads: 3, storedBytes: 7_000 }
    expect(await statsOf(whole)).toMatchObject({ ...all, finishedUploads: 3, failedUploads: 1 })
    const [guests, others] = [await statsOf(guest), await statsOf(other)]
    expect(guests.receivedBytes).toBeGreaterThan(3_000)
    expect(others.receivedBytes).toBeLessThan(3_000)
    expect((await statsOf(whole)).receivedBytes).toBeGreaterThan(guests.receivedBytes + others.receivedBytes)
  })

  it('are not those of the whole server, which metrics tell', async () => {
    const refused = await clients.guest.request('GET', '/metrics')
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } })
    expect((await clients.whole.download('/metrics')).response.status).toBe(200)
  })
})

describe('open uploads', () => {
  const offer = async (client: Client, path: string) =>
    (await client.post('/api/task', { fileName: 'x', relativePath: `${path}/x`, fileSize: 1 })).status === 200
  /** So many one after the other; answers how many were taken. */
  async function offers(client: Client, folder: string, count: number): Promise<number> {
    let taken = 0
    for (let index = 0; index < count; index += 1) taken += (await offer(client, folder + index)) ? 1 : 0
    return taken
  }

  it('are bounded for each library, so that none uses up what the others need', async () => {
    const TOKENS = 'anna:one,ben:two,owner:three:/'
    const { server } = await start({ env: { TOKENS, MAX_OPEN_TASKS: '30' } })
    const [one, two, three] = ['one', 'two', 'three'].map((token) => new Client(server.url, token))
    if (!(one && two && three)) throw new Error('no clients')
    // Alone it is bounded by its share too; those that come at once are counted, one or the other twice.
    const atOnce = await Promise.all(Array.from({ length: 25 }, (_, index) => offer(one, `a${index}`)))
    const annas = atOnce.filter(Boolean).length
    expect(annas).toBeLessThanOrEqual(10)
    expect(await offers(one, 'again', 11)).toBe(10 - annas)
    const refused = await one.post('/api/task', { fileName: 'x', fileSize: 1 })
    expect(refused).toMatchObject({ status: 429, body: { error: { code: 'too-many-requests' } } })
    expect(refused.body.error?.message).toContain('your share')
    // The owner's own, and those that it puts where others have theirs.
    expect(await offers(three, 'mine', 10)).toBe(10)
    expect(await offers(three, 'more', 1)).toBe(0)
    expect(await offers(three, 'anna/', 1)).toBe(0)
    expect(await offers(two, 'b', 10)).toBe(10)
    const fields = { md5: 'a'.repeat(32), fileName: 'x.mov', totalChunks: '2', chunkIndex: '0' }
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('chunk', new Blob(['x']))
    expect((await two.request('POST', '/api/upload-chunk', { body: form })).status).toBe(429)
  })

  it('may be begun by others while one asks for very many at once', async () => {
    const { server } = await start({ env: { TOKENS: 'anna:one,ben:two', MAX_OPEN_TASKS: '20' } })
    const anna = new Client(server.url, 'one')
    const flood = Promise.all(Array.from({ length: 300 }, (_, index) => offer(anna, `a${index}`)))
    expect(await offers(new Client(server.url, 'two'), 'b', 9)).toBe(9)
    expect((await flood).filter(Boolean).length).toBeLessThanOrEqual(10)
  })

  it('of one library only are bounded for the server alone', async () => {
    const { client } = await start({ env: { MAX_OPEN_TASKS: '3' } })
    expect(await offers(client, 'a', 4)).toBe(3)
    const refused = await client.post('/api/task', { fileName: 'x', fileSize: 1 })
    expect(refused.body.error?.message).toContain('The server has 3 unfinished uploads')
  })
})

describe('TOKENS', () => {
  const keysOf = (TOKENS: string) => parseConfig([], { TOKENS })?.TOKENS

  it('names tokens and folders, in a list or as JSON', () => {
    const list = [
      { name: 'anna', token: 'x', folder: 'anna', quotaBytes: null },
      { name: 'ben', token: 'y', folder: 'guests/ben', quotaBytes: null },
      { name: 'all', token: 'z', folder: '', quotaBytes: null },
      { name: 'token-4', token: 'plain', folder: '', quotaBytes: null },
    ]
    expect(keysOf('anna:x, ben:y:guests/ben/, all:z:/, plain')).toEqual(list)
    const json = list.map(({ folder, quotaBytes: _, ...rest }) => ({ ...rest, folder: folder || '/' }))
    expect(keysOf(JSON.stringify(json))).toEqual(list)
  })

  it.each([
    ['a:x,a:y', 'two tokens have the name a'],
    ['a:sesame,b:sesame', 'b has the same token as another'],
    ['a:sesame:../b', 'is not inside the library'],
    ['a:sesame:x:y', 'too many colons'],
    ['a b:sesame', 'the name of a token has'],
    ['a:', 'expected a token without spaces'],
    ['a:sesame:f,b:sesam2:f/g', 'the folder f/g is inside the folder f'],
    ['a:sesame:Raw,b:sesam2:raw', 'are the same on some disks'],
    ['[{"name":"a"}]', 'TOKENS'],
    ['[{"name":"a","token":"sesame","foldr":"x"}]', 'TOKENS'],
    ['[{"sesame"', 'expected token, name:token or name:token:folder, or a JSON list'],
  ])('is refused, without showing a token: %s', (text, reason) => {
    const run = () => keysOf(text)
    expect(run).toThrow(reason)
    expect(run).not.toThrow('sesam')
  })
})
