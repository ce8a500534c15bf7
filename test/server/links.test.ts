import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, readlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { linkListSchema, madeLinkSchema } from '../../src/shared/protocol/wire.ts'
import { mebibyte, residentBytes } from '../process-memory.ts'
import { bytesOf, type Client, md5, spawnServer, start, temporaryFolder } from './harness.ts'
import { kept, refusedEverywhere } from './hostile-names.ts'
import { onDisk } from './test-storage.ts'

/** 4.5 GiB, more than a ZIP of before could hold: PHOTOFERRY_ARCHIVE_BYTES=4831838208 */
const archiveBytes = Number(process.env.PHOTOFERRY_ARCHIVE_BYTES ?? 400 * 1024 ** 2)
const dayMs = 24 * 60 * 60 * 1000

async function share(client: Client, path: string, days?: number) {
  const answer = await client.post('/api/links', { path, ...(days !== undefined && { days }) })
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return madeLinkSchema.strict().parse(answer.body)
}

async function library(parts = {}) {
  const started = await start({ parts })
  const files = {
    'Li & Wang/1.jpg': bytesOf(9_000),
    'Li & Wang/raw/2.CR3': bytesOf(90_000),
    'Li & Wang.jpg': bytesOf(10),
    'other/3.jpg': bytesOf(20),
  }
  for (const [path, bytes] of Object.entries(files)) await started.client.upload(path, bytes)
  const visit = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${started.server.url}${path}`, { headers })
  return { ...started, files, visit }
}

const hasUnzip = spawnSync('python3', ['--version']).status === 0

/** Unpacks by a program that is not ours. @returns paths, and bytes by path */
function unzipped(zip: Buffer): Map<string, Buffer> {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'all.zip'), zip)
  mkdirSync(join(folder, 'out'))
  execFileSync('python3', ['-m', 'zipfile', '-e', join(folder, 'all.zip'), join(folder, 'out')])
  const names = readdirSync(join(folder, 'out'), { recursive: true, withFileTypes: true })
  const paths = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(paths.map((path) => [path.slice(join(folder, 'out').length + 1), readFileSync(path)]))
}

describe('a link to share', () => {
  it('opens a folder to whoever has it, file by file, without a token', async () => {
    const { client, visit, files } = await library()
    const { url } = await share(client, 'Li & Wang')
    const page = await visit(url)
    const text = await page.text()
    expect([page.status, page.headers.get('Content-Type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(text).toContain('<bdi>Li &amp; Wang</bdi>')
    expect(text).toContain(`href="${url}f/1.jpg"`)
    expect(text).toContain(`href="${url}?folder=raw"`)
    expect(text).not.toContain('script')
    expect(await (await visit(`${url}?folder=raw`)).text()).toContain(`${url}f/raw/2.CR3`)
    for (const [path, bytes] of [
      ['1.jpg', files['Li & Wang/1.jpg']],
      ['raw/2.CR3', files['Li & Wang/raw/2.CR3']],
    ] as const) {
      const got = await visit(`${url}f/${path}`)
      expect(md5(Buffer.from(await got.arrayBuffer()))).toBe(md5(bytes))
    }
    expect((await visit(`${url}f/1.jpg`, { Range: 'bytes=0-9' })).status).toBe(206)
  })

  it('opens one file, and nothing beside it', async () => {
    const { client, visit } = await library()
    const { url } = await share(client, 'Li & Wang/1.jpg')
    expect(await (await visit(url)).text()).toContain(`href="${url}f/1.jpg"`)
    expect((await visit(`${url}f/1.jpg`)).status).toBe(200)
    for (const path of ['raw/2.CR3', '2.CR3', '', '1.jpg/', 'Li & Wang/1.jpg'])
      expect([path, (await visit(`${url}f/${path}`)).status]).toEqual([path, 404])
    expect(await (await visit(`${url}?folder=raw`)).text()).not.toContain('2.CR3')
  })

  it('opens nothing above its folder, and nothing beside it', async () => {
    const { client, visit, server } = await library()
    const { url } = await share(client, 'Li & Wang')
    const outside = [
      '..%2Fother%2F3.jpg',
      '%2e%2e/other/3.jpg',
      'other/3.jpg',
      '..%2FLi%20%26%20Wang.jpg',
      '..%2F..%2F..%2Fetc%2Fpasswd',
      '%00',
      '%ff',
    ]
    for (const path of outside) expect([path, (await visit(`${url}f/${path}`)).status]).toEqual([path, 404])
    for (const folder of [
      '..',
      '../other',
      '/',
      'raw/../..',
      ...refusedEverywhere.filter((name) => name.isWellFormed() && name !== ''),
    ]) {
      const answer = await visit(`${url}?${new URLSearchParams({ folder })}`)
      expect([folder, await answer.text()]).toEqual([folder, expect.not.stringContaining('3.jpg')])
    }
    const secret = url.split('/')[2]
    for (const method of ['POST', 'PUT', 'DELETE', 'PROPFIND'])
      expect((await fetch(`${server.url}${url}`, { method })).status).toBe(401)
    for (const path of ['/uploads/other/3.jpg', '/api/files', '/dav/'])
      expect((await visit(path, { Authorization: `Bearer ${secret}` })).status).toBe(401)
  })

  it('works until its time, and cannot be guessed or made longer', async () => {
    const clock = { aheadMs: 0 }
    const { client, visit } = await library({ now: () => Date.now() + clock.aheadMs })
    const { url, linkId } = await share(client, 'Li & Wang', 2)
    const secret = String(url.split('/')[2])
    const others = [
      secret.slice(0, -1),
      `${secret}A`,
      `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`,
      linkId,
      secret.toLowerCase(),
    ]
    for (const other of others.filter((one) => one !== secret)) {
      const answer = await visit(`/s/${other}/`)
      expect([other, answer.status]).toEqual([other, 404])
    }
    clock.aheadMs = 2 * dayMs - 60_000
    expect((await visit(url)).status).toBe(200)
    clock.aheadMs = 2 * dayMs + 60_000
    for (const path of [url, `${url}f/1.jpg`, `${url}all.zip`]) expect((await visit(path)).status).toBe(404)
    expect(linkListSchema.parse((await client.request('GET', '/api/links')).body).links).toEqual([])
  })

  it('ends when it is revoked, and looks like one that never was', async () => {
    const { client, visit } = await library()
    const { url, linkId } = await share(client, 'Li & Wang')
    expect((await client.request('DELETE', `/api/links/${linkId}`)).status).toBe(204)
    expect((await client.request('DELETE', `/api/links/${linkId}`)).status).toBe(404)
    const revoked = await visit(url)
    const never = await visit(`/s/${'A'.repeat(43)}/`)
    expect([revoked.status, await revoked.text()]).toEqual([404, await never.text()])
  })

  it('is listed without what opens it, to its own library only', async () => {
    const started = await start({ env: { TOKENS: 'all:whole:/,ann:ann-secret' } })
    const everybody = Object.assign(started.client, { token: 'whole' })
    for (const path of ['ann/1.jpg', 'b/2.jpg']) await everybody.upload(path, Buffer.from(path))
    const asAnn = (method: string, path: string, body?: object) =>
      fetch(`${started.server.url}${path}`, {
        method,
        headers: { Authorization: 'Bearer ann-secret', 'Content-Type': 'application/json' },
        ...(body && { body: JSON.stringify(body) }),
      })
    const own = madeLinkSchema.parse(await (await asAnn('POST', '/api/links', { path: '1.jpg' })).json())
    const other = await share(everybody, 'b')
    const listed = async () => linkListSchema.parse(await (await asAnn('GET', '/api/links')).json()).links
    expect(await listed()).toEqual([
      expect.objectContaining({ linkId: own.linkId, path: '1.jpg', isFolder: false }),
    ])
    expect(JSON.stringify(await listed())).not.toContain(own.url.split('/')[2])
    expect((await asAnn('DELETE', `/api/links/${other.linkId}`)).status).toBe(404)
    expect((await asAnn('POST', '/api/links', { path: 'b/2.jpg' })).status).toBe(404)
    expect((await asAnn('POST', '/api/links', { path: '../b/2.jpg' })).status).toBe(400)
    expect((await fetch(`${started.server.url}${other.url}f/2.jpg`)).status).toBe(200)
  })

  it('survives a restart', async () => {
    const dataDir = temporaryFolder()
    const first = await start({ dataDir })
    await first.client.upload('a/1.jpg', bytesOf(10))
    const { url } = await share(first.client, 'a')
    await first.server.close()
    const { server } = await start({ dataDir })
    expect((await fetch(`${server.url}${url}f/1.jpg`)).status).toBe(200)
  })

  it('tells the visitor in Chinese too, keeps the address to itself, and runs nothing', async () => {
    const { client, visit } = await library()
    const { url } = await share(client, 'Li & Wang')
    const page = await visit(url, { 'Accept-Language': 'zh-CN,zh;q=0.9' })
    expect(await page.text()).toContain('全部下载')
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'referrer-policy': 'no-referrer',
      'cache-control': 'private, no-store',
      'x-robots-tag': 'noindex',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    })
    expect(await (await visit('/s/nothing/', { 'Accept-Language': 'zh' })).text()).toContain(
      '此链接无法打开任何内容',
    )
  })

  it('shows every name as it is, and no markup that is in it', async () => {
    const started = await start()
    for (const name of kept.filter((one) => !one.includes('/')))
      await started.client.upload(`x/${name}`, Buffer.from(name))
    const { url } = await share(started.client, 'x')
    const text = await (await fetch(`${started.server.url}${url}`)).text()
    expect(text).not.toContain('<img onerror')
    expect(text).not.toContain('\u202e')
    const hrefs = [...text.matchAll(/<a href="([^"]*\/f\/[^"]*)" download/g)].map(([, href = '']) =>
      href.replaceAll('&amp;', '&'),
    )
    expect(hrefs).toHaveLength(kept.filter((one) => !one.includes('/')).length)
    for (const href of hrefs) {
      const got = await fetch(`${started.server.url}${href}`)
      expect([href, await got.text()]).toEqual([
        href,
        decodeURIComponent(href.slice(href.indexOf('/f/') + 3)),
      ])
    }
  })

  it.runIf(hasUnzip)('gives all of a folder as one archive', async () => {
    const { client, visit, files } = await library()
    const { url } = await share(client, 'Li & Wang')
    const answer = await visit(`${url}all.zip`)
    expect(answer.headers.get('Content-Disposition')).toContain('filename="Li & Wang.zip"')
    const found = unzipped(Buffer.from(await answer.arrayBuffer()))
    expect([...found.keys()].toSorted()).toEqual(['Li & Wang/1.jpg', 'Li & Wang/raw/2.CR3'])
    for (const [path, bytes] of found) expect(md5(bytes)).toBe(md5(files[path as keyof typeof files]))
    const { url: one } = await share(client, 'other/3.jpg')
    expect([...unzipped(Buffer.from(await (await visit(`${one}all.zip`)).arrayBuffer())).keys()]).toEqual([
      '3.jpg',
    ])
  })

  it('cuts an archive off when a file is gone, so that it never looks whole', async () => {
    const { client, visit, server } = await library()
    const { url } = await share(client, 'Li & Wang')
    const { store } = server.uploads
    await store.setAside('0'.repeat(32), 'Li & Wang/raw/2.CR3')
    await expect(visit(`${url}all.zip`).then((answer) => answer.arrayBuffer())).rejects.toThrow()
  })

  it.runIf(onDisk && process.platform === 'linux')(
    'leaves no file open when a visitor goes away, and no secret in the log',
    async () => {
      const dataDir = temporaryFolder()
      const child = await spawnServer(dataDir, { env: { LOG_LEVEL: 'debug' } })
      await child.client.upload('big/1.mov', bytesOf(30_000_000))
      const { url } = await share(child.client, 'big')
      for (let number = 0; number < 5; number++) {
        const leaving = new AbortController()
        const answer = await fetch(`${child.client.url}${url}all.zip`, { signal: leaving.signal })
        await answer.body?.getReader().read()
        leaving.abort()
      }
      await fetch(`${child.client.url}${url}nothing`)
      const open = () =>
        readdirSync(`/proc/${child.process.pid}/fd`).filter((fd) => {
          try {
            return readlinkSync(`/proc/${child.process.pid}/fd/${fd}`).endsWith('1.mov')
          } catch {
            return false
          }
        })
      await expect.poll(open).toEqual([])
      await expect.poll(child.stderr).toContain('/s/(link ')
      expect(child.stderr()).not.toContain(url.split('/')[2])
      child.process.kill('SIGKILL')
      await child.exited
    },
  )

  it.runIf(onDisk)('sends an archive of any size in little memory', async () => {
    const dataDir = temporaryFolder()
    const { client, process, exited } = await spawnServer(dataDir)
    await client.upload('big/1.mov', bytesOf(10))
    const { url } = await share(client, 'big')
    // Sparse: it takes no room.
    const bytes = archiveBytes
    truncateSync(join(dataDir, 'uploads', 'big', '1.mov'), bytes)
    const answer = await fetch(`${client.url}${url}all.zip`)
    let read = 0
    let most = 0
    for await (const piece of answer.body ?? []) {
      read += (piece as Uint8Array).length
      most = Math.max(most, residentBytes(process.pid) ?? 0)
    }
    expect(read).toBeGreaterThan(bytes)
    expect(most / mebibyte).toBeLessThan(200)
    process.kill('SIGTERM')
    await exited
  })
})
