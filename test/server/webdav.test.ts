import { describe, expect, it } from 'vitest'
import { bytesOf, md5, type Started, start } from './harness.ts'
import { kept, refusedEverywhere } from './hostile-names.ts'

const basic = (token: string) => ({
  Authorization: `Basic ${Buffer.from(`anybody:${token}`).toString('base64')}`,
})

async function propfind({ server, client }: Started, path: string, depth = '1', token = client.token) {
  const response = await fetch(`${server.url}${path}`, {
    method: 'PROPFIND',
    headers: { Depth: depth, ...basic(token) },
  })
  return { status: response.status, text: await response.text() }
}

const unescaped = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
const valuesOf = (text: string, tag: string) =>
  [...text.matchAll(new RegExp(`<D:${tag}>([^<]*)</D:${tag}>`, 'g'))].map(([, value = '']) =>
    unescaped(value),
  )
/** Paths of the client, folders with a slash at the end. */
const pathsOf = (text: string) =>
  valuesOf(text, 'href').map((href) => decodeURIComponent(href.replace('/dav/', '')))

async function library(): Promise<Started> {
  const started = await start()
  for (const path of ['2026/a.jpg', '2026/b & c <1>.jpg', '2026/raw/x.CR3', '2026.jpg', '婚礼/IMG.JPG'])
    await started.client.upload(path, Buffer.from(path), { lastModified: 1_700_000_000_000 })
  return started
}

describe('the library as a drive', () => {
  it('shows a folder with what is in it, or alone', async () => {
    const started = await library()
    const root = await propfind(started, '/dav')
    expect(root.status).toBe(207)
    expect(pathsOf(root.text)).toEqual(['', '2026.jpg', '2026/', '婚礼/'])
    expect(pathsOf((await propfind(started, '/dav/2026/')).text)).toEqual([
      '2026/',
      '2026/a.jpg',
      '2026/b & c <1>.jpg',
      '2026/raw/',
    ])
    expect(pathsOf((await propfind(started, '/dav/2026', '0')).text)).toEqual(['2026/'])
    expect(pathsOf((await propfind(started, '/dav/%E5%A9%9A%E7%A4%BC')).text)).toEqual([
      '婚礼/',
      '婚礼/IMG.JPG',
    ])
    expect((await propfind(started, '/dav/202')).status).toBe(404)
    expect((await propfind(started, '/dav/', 'infinity')).status).toBe(403)
  })

  it('shows an empty library', async () => {
    const { status, text } = await propfind(await start(), '/dav/')
    expect([status, pathsOf(text)]).toEqual([207, ['']])
  })

  it('tells size, time, type and tag of a file', async () => {
    const { text } = await propfind(await library(), '/dav/2026/a.jpg', '0')
    expect(valuesOf(text, 'getcontentlength')).toEqual(['10'])
    expect(valuesOf(text, 'getlastmodified')).toEqual(['Tue, 14 Nov 2023 22:13:20 GMT'])
    expect(valuesOf(text, 'getcontenttype')).toEqual(['image/jpeg'])
    expect(valuesOf(text, 'getetag')).toEqual([`"${md5(Buffer.from('2026/a.jpg'))}"`])
  })

  it('gives the bytes, whole and in part', async () => {
    const { server, client } = await library()
    const read = async (headers = {}) =>
      (
        await fetch(`${server.url}/dav/2026/b%20%26%20c%20%3C1%3E.jpg`, {
          headers: { ...basic(client.token), ...headers },
        })
      ).text()
    expect(await read()).toBe('2026/b & c <1>.jpg')
    expect(await read({ Range: 'bytes=5-9' })).toBe('b & c')
  })

  it('can only be read', async () => {
    const { server, client } = await library()
    for (const method of ['PUT', 'DELETE', 'MKCOL', 'MOVE', 'COPY', 'PROPPATCH', 'LOCK']) {
      const answer = await fetch(`${server.url}/dav/2026/a.jpg`, { method, headers: basic(client.token) })
      expect([method, answer.status, answer.headers.get('Allow')]).toEqual([
        method,
        405,
        'OPTIONS, GET, HEAD, PROPFIND',
      ])
    }
    expect((await client.download('/uploads/2026/a.jpg')).bytes.toString()).toBe('2026/a.jpg')
    const options = await fetch(`${server.url}/dav/`, { method: 'OPTIONS', headers: basic(client.token) })
    expect([options.status, options.headers.get('DAV')]).toEqual([200, '1'])
  })

  it('takes the token as a password, here and nowhere else', async () => {
    const started = await library()
    const { server, client } = started
    expect((await propfind(started, '/dav/', '0', 'wrong')).status).toBe(401)
    expect((await propfind(started, '/dav/', '0', client.token.slice(0, -1))).status).toBe(401)
    const none = await fetch(`${server.url}/dav/`, { method: 'PROPFIND' })
    expect([none.status, none.headers.get('WWW-Authenticate')]).toEqual([401, 'Basic realm="PhotoFerry"'])
    for (const path of ['/api/stats', '/uploads/2026/a.jpg', '/davx', '/api/files'])
      expect((await fetch(`${server.url}${path}`, { headers: basic(client.token) })).status).toBe(401)
    const bearer = { Authorization: `Bearer ${client.token}`, Depth: '0' }
    expect((await fetch(`${server.url}/dav/`, { method: 'PROPFIND', headers: bearer })).status).toBe(207)
  })

  it('of a token with a folder shows nothing else', async () => {
    const started = await start({ env: { TOKENS: 'all:whole:/,ann:ann-secret' } })
    const everybody = { ...started, client: Object.assign(started.client, { token: 'whole' }) }
    for (const path of ['ann/1.jpg', 'anna/2.jpg', 'b/3.jpg'])
      await everybody.client.upload(path, Buffer.from(path))
    const seen = async (path: string) => pathsOf((await propfind(started, path, '1', 'ann-secret')).text)
    expect(await seen('/dav/')).toEqual(['', '1.jpg'])
    for (const path of ['/dav/anna', '/dav/b/3.jpg', '/dav/..%2Fb%2F3.jpg', '/dav/ann'])
      expect((await propfind(started, path, '1', 'ann-secret')).status).toBe(404)
  })

  it('has every name as it is, and no other', async () => {
    const started = await start()
    for (const name of kept) await started.client.upload(name, Buffer.from(name))
    const { text } = await propfind(started, '/dav/')
    const top = new Set(kept.map((name) => (name.includes('/') ? `${name.split('/')[0]}/` : name)))
    expect(pathsOf(text).slice(1).toSorted()).toEqual([...top].toSorted())
    for (const name of refusedEverywhere.filter(
      (one) => one.isWellFormed() && !['', '.', '..'].includes(one),
    ))
      expect([name, (await propfind(started, `/dav/${encodeURIComponent(name)}`)).status]).toEqual([
        name,
        404,
      ])
  })

  it('leaves out what is damaged', async () => {
    const started = await library()
    const { ledger } = started.server.uploads
    const row = await ledger.fileAt('2026/a.jpg')
    await ledger.setFileDamaged(row?.fileId ?? 0, 'bytes', Date.now())
    expect(pathsOf((await propfind(started, '/dav/2026')).text)).not.toContain('2026/a.jpg')
    expect((await propfind(started, '/dav/2026/a.jpg')).status).toBe(404)
  })

  it('lists a folder of more than one page', async () => {
    const started = await start()
    const bytes = bytesOf(1)
    const files = Array.from({ length: 1_203 }, (_, number) => `many/${String(number).padStart(5, '0')}.jpg`)
    for (let from = 0; from < files.length; from += 50)
      await Promise.all(files.slice(from, from + 50).map((path) => started.client.upload(path, bytes)))
    expect(pathsOf((await propfind(started, '/dav/many')).text)).toEqual(['many/', ...files])
  })
})
