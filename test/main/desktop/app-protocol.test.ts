/** app:// with a real build folder: its files with a policy, and nothing from outside it. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readPageFile } from '../../../src/main/browser/page-files.ts'
import { type FindThumbnail, serveAppScheme } from '../../../src/main/desktop/app-protocol.ts'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { ThumbnailSize } from '../../../src/shared/thumbnails.ts'
import { state } from './electron-stand-in.ts'

vi.mock('electron', () => import('./electron-stand-in.ts'))

let dir: string
const asked: [string, ThumbnailSize][] = []
const findThumbnail: FindThumbnail = async (itemId, size) => {
  asked.push([itemId, size])
  if (itemId === 'busy') throw new UploadError('too-many-requests', 'Ask again.')
  return itemId === 'photo' ? { key: 'k', webp: Buffer.from('a picture') } : null
}
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'ferry-app-'))
  await mkdir(join(dir, 'renderer', 'assets'), { recursive: true })
  await writeFile(join(dir, 'renderer', 'index.html'), '<title>PhotoFerry</title>')
  await writeFile(join(dir, 'renderer', 'assets', 'logo-1a2b.svg'), '<svg/>')
  await writeFile(join(dir, 'renderer', '.env'), 'secret')
  await writeFile(join(dir, 'secret.txt'), 'secret')
  serveAppScheme((pathname) => readPageFile(join(dir, 'renderer'), pathname), findThumbnail)
})
afterAll(() => rm(dir, { recursive: true, force: true }))

/** Hands the handler the address as it is: a `Request` made here would tidy it first. */
async function ask(url: string, method = 'GET'): Promise<Response> {
  const handler = state.protocols.get('app')
  if (handler === undefined) throw new Error('nothing handles app://')
  return handler({ url, method } as Request)
}

describe('app://photoferry', () => {
  it.each(['app://photoferry/', 'app://photoferry/index.html', 'app://photoferry/index.html?a#b'])(
    'serves the page at %s with a policy that lets nothing else in',
    async (url) => {
      const answer = await ask(url)
      expect([answer.status, await answer.text()]).toEqual([200, '<title>PhotoFerry</title>'])
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    },
  )

  it('serves its files with their types', async () => {
    expect((await ask('app://photoferry/assets/logo-1a2b.svg')).headers.get('content-type')).toBe(
      'image/svg+xml',
    )
  })

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/..\\secret.txt',
    '//secret.txt',
    '/.env',
    '/assets',
    '/assets/',
    '/%00',
    '/etc/passwd',
    '/none.js',
  ])('has nothing at %s', async (path) => {
    const answer = await ask(`app://photoferry${path}`)
    expect(answer.status).toBe(404)
    expect(await answer.text()).not.toContain('secret')
  })

  it('serves thumbnails of files on the list by id, and nothing where there is only an icon to show', async () => {
    const answer = await ask('app://photoferry/thumbnail/photo?size=row')
    expect([answer.status, await answer.text()]).toEqual([200, 'a picture'])
    expect(answer.headers.get('content-type')).toBe('image/webp')
    expect((await ask('app://photoferry/thumbnail/none?size=detail')).status).toBe(204)
    expect((await ask('app://photoferry/thumbnail/busy?size=detail')).status).toBe(429)
    expect((await ask('app://photoferry/thumbnail/%2e%2e%2f%2e%2e%2fetc?size=row')).status).toBe(204)
    const names = asked.map(([itemId]) => itemId)
    expect(names).toEqual(['photo', 'none', 'busy', '../../etc'])
    for (const path of ['photo', 'photo?size=huge', 'a/b?size=row', '%E0%A4%A?size=row']) {
      expect((await ask(`app://photoferry/thumbnail/${path}`)).status).toBe(404)
    }
    expect((await ask('app://elsewhere/thumbnail/photo?size=row')).status).toBe(404)
    expect(asked.length).toBe(4)
  })

  it('has nothing under another name, and answers GET only', async () => {
    expect((await ask('app://elsewhere/index.html')).status).toBe(404)
    expect((await ask('app://photoferry/index.html', 'POST')).status).toBe(405)
  })

  it('says what to do while nothing has been built', async () => {
    await rm(join(dir, 'renderer', 'index.html'))
    expect(await (await ask('app://photoferry/index.html')).text()).toMatch(
      /has not been built\. Run `npm run build`/,
    )
  })
})
