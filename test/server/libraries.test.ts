/** Several tokens: each has its own folder, and what lies in another's is not there, whatever the dialect. */
import { createHmac } from 'node:crypto'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../server/config.ts'
import { fileSignatureMessage, routes } from '../../src/shared/wire.ts'
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
    expect((await anna.post('/api/check-chunks', announcement)).body.uploadedChunks).toEqual([0, 1])
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

describe('TOKENS', () => {
  const keysOf = (TOKENS: string) => parseConfig([], { TOKENS })?.TOKENS

  it('names tokens and folders, in a list or as JSON', () => {
    const list = [
      { name: 'anna', token: 'x', folder: 'anna' },
      { name: 'ben', token: 'y', folder: 'guests/ben' },
      { name: 'all', token: 'z', folder: '' },
      { name: 'token-4', token: 'plain', folder: '' },
    ]
    expect(keysOf('anna:x, ben:y:guests/ben/, all:z:/, plain')).toEqual(list)
    const json = list.map(({ folder, ...rest }) => ({ ...rest, folder: folder || '/' }))
    expect(keysOf(JSON.stringify(json))).toEqual(list)
  })

  it.each([
    ['a:x,a:y', 'two tokens have the name a'],
    ['a:sesame,b:sesame', 'b has the same token as another'],
    ['a:sesame:../b', 'names no folder inside the library'],
    ['a:sesame:x:y', 'too many colons'],
    ['a b:sesame', 'a name of a token has'],
    ['a:', 'expected a token without spaces'],
    ['a:sesame:f,b:sesam2:f/g', 'the folder f/g lies inside f'],
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
