/** Browser mode's host against a real client: the page's files, the token and the port. */
import { once } from 'node:events'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openScene } from './page-client.ts'

describe("the page's files", () => {
  it('come with their types, a policy that lets nothing else in, and a fitting memory', async () => {
    await using scene = await openScene()
    const page = await fetch(scene.origin)
    expect(await page.text()).toBe('<title>PhotoFerry</title>')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self';")
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('x-frame-options')).toBe('DENY')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')

    const script = await fetch(`${scene.origin}/assets/index-a1b2.js`)
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(script.headers.get('cache-control')).toContain('immutable')
    expect((await fetch(scene.origin, { method: 'HEAD' })).headers.get('content-length')).toBe('25')
  })

  it('are those of the build and no others', async () => {
    await using scene = await openScene()
    await writeFile(join(scene.dir, 'secret.txt'), 'secret')
    for (const path of [
      '/../secret.txt',
      '/%2e%2e%2fsecret.txt',
      '/..%5csecret.txt',
      '/assets',
      '/none.js',
      '/%00',
      // No file system holds such a name.
      `/${'n'.repeat(300)}`,
    ]) {
      const answer = await fetch(scene.origin + path)
      expect([path, answer.status]).toEqual([path, 404])
      expect(await answer.text()).not.toContain('secret')
    }
    expect((await fetch(scene.origin, { method: 'POST' })).status).toBe(405)
  })

  it('are missed with one clear sentence while nothing has been built', async () => {
    await using scene = await openScene({ rendererDir: '/nowhere' })
    const answer = await fetch(scene.origin)
    expect(answer.status).toBe(503)
    expect(await answer.text()).toMatch(/has not been built\. Run `npm run build`/)
  })
})

describe('the key', () => {
  it('is another one at every start, opens nothing after it, and lies in no file', async () => {
    await using first = await openScene()
    const stateDir = join(first.dir, 'state')
    await mkdir(stateDir, { recursive: true })
    // As earlier versions kept theirs.
    await writeFile(join(stateDir, 'browser-token'), first.token, { mode: 0o600 })
    expect(first.token).toMatch(/^[\w-]{43}$/)
    await using second = await openScene({ stateDir })
    expect(second.token).not.toBe(first.token)
    expect(await readdir(stateDir)).toEqual([])
    const ask = (token: string) =>
      fetch(`${second.origin}/bridge`, { headers: { Authorization: `Bearer ${token}` } })
    expect((await ask(first.token)).status).toBe(401)
    expect((await ask(second.token)).status).toBe(426)
  })
})

describe('the port', () => {
  it('is refused in one sentence when it was asked for and another program has it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    await expect(openScene({ port })).rejects.toMatchObject({
      code: 'bad-request',
      message: `Port ${port} is in use by another program. Choose another one with --port.`,
    })
    other.close()
  })

  it('is any free one when the usual one is taken and none was asked for', async () => {
    await using first = await openScene({ port: undefined })
    await using second = await openScene({ port: undefined })
    expect(second.port).not.toBe(first.port)
    expect((await fetch(second.origin)).status).toBe(200)
  })
})
