import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type FileList, fileListSchema } from '../../src/shared/protocol/wire.ts'
import { announceSeed, seeded } from '../crossing/photo-folder.ts'
import { bytesOf, type Client, md5, sha256, start } from './harness.ts'

const random = seeded(announceSeed('listing'))

async function list(client: Client, query: Record<string, string> = {}): Promise<FileList> {
  const answer = await client.request('GET', `/api/files?${new URLSearchParams(query)}`)
  if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return z.strictObject(fileListSchema.shape).parse(answer.body)
}

/** Page after page. @returns paths of files, and of folders with a slash, in the order of each page */
async function all(client: Client, query: Record<string, string>): Promise<string[]> {
  const found: string[] = []
  for (let after: string | null | undefined; after !== null; ) {
    const page = await list(client, after === undefined ? query : { ...query, after })
    found.push(...page.files.map(({ path }) => path), ...page.folders.map((path) => `${path}/`))
    after = page.next
  }
  return found
}

const inByteOrder = (paths: readonly string[]) =>
  [...paths].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))

describe('a list of what is stored', () => {
  it('tells of a file what is known of it', async () => {
    const { client, server } = await start()
    const bytes = bytesOf(5_000)
    const before = Date.now()
    await client.upload('2026/婚礼/IMG 1.jpg', bytes, { lastModified: 1_700_000_000_000 })
    const facts = {
      path: '2026/婚礼/IMG 1.jpg',
      size: 5_000,
      md5: md5(bytes),
      sha256: sha256(bytes),
      modifiedAt: '2023-11-14T22:13:20.000Z',
    }
    const page = await list(client)
    expect(page).toMatchObject({ files: [facts], folders: [], next: null })
    expect(Date.parse(page.files[0]?.storedAt ?? '')).toBeGreaterThanOrEqual(before)
    expect(Date.parse(page.files[0]?.verifiedAt ?? '')).toBeGreaterThanOrEqual(before)
    expect(page.files[0]).not.toHaveProperty('damage')
    const [row] = await server.uploads.ledger.filesFrom('', 'one')
    await server.uploads.ledger.setFileDamaged(row?.fileId ?? 0, 'bytes', Date.now())
    expect((await list(client)).files[0]).toMatchObject({ ...facts, damage: 'bytes' })
  })

  it('has every file once, in byte order, whatever the size of a page', async () => {
    const { client } = await start()
    // Neighbours of a slash in byte order, and characters of one to four bytes.
    const parts = ['a', 'a-', 'a.', 'a0', 'ab', 'é', '婚', '😀', 'z']
    const part = () => parts[Math.floor(random() * parts.length)] ?? 'a'
    const paths = new Set<string>()
    while (paths.size < 120) {
      const folders = Array.from({ length: Math.floor(random() * 3) }, part)
      paths.add([...folders, `${part()}.${paths.size}.jpg`].join('/'))
    }
    for (const [index, path] of [...paths].entries()) await client.upload(path, Buffer.from(`${index}`))
    const ordered = inByteOrder([...paths])
    for (const limit of ['1', '7', '120', '1000']) expect(await all(client, { limit })).toEqual(ordered)
    for (const folder of ['', ...parts]) {
      const inside = folder === '' ? '' : `${folder}/`
      const below = ordered.filter((path) => path.startsWith(inside))
      expect(await all(client, { folder, limit: '3' })).toEqual(below)
      const children = new Set(
        below.map((path) => path.slice(0, path.indexOf('/', inside.length) + 1 || path.length + 1)),
      )
      for (const limit of ['1', '4', '1000'])
        expect((await all(client, { folder, depth: '1', limit })).toSorted()).toEqual(
          [...children].toSorted(),
        )
    }
  })

  it('is not disturbed by files that are added between two pages', async () => {
    const { client } = await start()
    for (const name of ['b', 'd', 'f', 'h']) await client.upload(`${name}.jpg`, Buffer.from(name))
    const first = await list(client, { limit: '2' })
    for (const name of ['a', 'c', 'g']) await client.upload(`${name}.jpg`, Buffer.from(name))
    const second = await all(client, { limit: '2', after: String(first.next) })
    expect(first.files.map(({ path }) => path)).toEqual(['b.jpg', 'd.jpg'])
    expect(second).toEqual(['f.jpg', 'g.jpg', 'h.jpg'])
  })

  it('of a token with a folder knows nothing else', async () => {
    const { client: whole, server } = await start({ env: { TOKENS: 'all:whole-secret:/,ann:ann-secret' } })
    const ann = Object.assign(Object.create(Object.getPrototypeOf(whole)), whole, {
      token: 'ann-secret',
    }) as Client
    const everybody = Object.assign(Object.create(Object.getPrototypeOf(whole)), whole, {
      token: 'whole-secret',
    }) as Client
    for (const path of ['ann/1.jpg', 'ann/x/2.jpg', 'ann.jpg', 'anna/3.jpg', 'am/4.jpg', 'b/5.jpg'])
      await everybody.upload(path, Buffer.from(path))
    expect(await all(ann, {})).toEqual(['1.jpg', 'x/2.jpg'])
    expect(await all(ann, { depth: '1' })).toEqual(['1.jpg', 'x/'])
    expect(await all(ann, { folder: 'x' })).toEqual(['x/2.jpg'])
    for (const folder of ['anna', 'ann', 'b', '..'])
      expect(await all(ann, { folder }).catch(() => [])).toEqual([])
    const hidden = { sha256: sha256(Buffer.from('anna/3.jpg')), size: '10' }
    expect((await list(ann, hidden)).files).toEqual([])
    expect((await list(everybody, hidden)).files.map(({ path }) => path)).toEqual(['anna/3.jpg'])
    expect(await all(everybody, { depth: '1' })).toEqual(['ann.jpg', 'am/', 'ann/', 'anna/', 'b/'])
    await server.close()
  })

  it('finds a content by its SHA-256', async () => {
    const { client } = await start()
    const bytes = bytesOf(2_000)
    await client.upload('a.jpg', bytes)
    await client.upload('copy/b.jpg', bytes)
    const found = await list(client, { sha256: sha256(bytes), size: '2000' })
    expect(found.files.map(({ path }) => path).toSorted()).toEqual(['a.jpg', 'copy/b.jpg'])
    expect((await list(client, { sha256: sha256(bytes), size: '2001' })).files).toEqual([])
  })

  it.each([
    { limit: '0' },
    { limit: '1001' },
    { limit: 'all' },
    { depth: '2' },
    { folder: '..' },
    { folder: 'a/../b' },
    { folder: 'a//b' },
    { folder: '/a' },
    { after: '../x' },
    { folder: 'a', after: 'b.jpg' },
    { folder: 'a', after: 'a/' },
    { sha256: 'x', size: '1' },
    { sha256: 'f'.repeat(64) },
  ])('refuses %j', async (query) => {
    const { client } = await start()
    const answer = await client.request('GET', `/api/files?${new URLSearchParams(query)}`)
    expect(answer.status).toBe(400)
  })
})
