/** Browser mode's host against a real client: the page's files, the token and the port. */
import { once } from 'node:events'
import { chmod, readFile, stat, writeFile } from 'node:fs/promises'
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

describe('the token', () => {
  it('is kept for this user only and stays the same when PhotoFerry starts again', async () => {
    await using scene = await openScene()
    const path = join(scene.dir, 'state', 'browser-token')
    expect(scene.token).toMatch(/^[\w-]{43}$/)
    expect(await readFile(path, 'utf8')).toBe(scene.token)
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await using again = await openScene({ stateDir: join(scene.dir, 'state') })
    expect(again.token).toBe(scene.token)
  })

  it('is replaced when its file holds something else or others could read it', async () => {
    await using scene = await openScene()
    const stateDir = join(scene.dir, 'state')
    await writeFile(join(stateDir, 'browser-token'), 'x')
    await using second = await openScene({ stateDir })
    expect(second.token).toMatch(/^[\w-]{43}$/)
    await chmod(join(stateDir, 'browser-token'), 0o644)
    await using third = await openScene({ stateDir })
    expect(third.token).not.toBe(second.token)
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
