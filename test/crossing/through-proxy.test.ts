/** Whole programs behind a proxy that the environment names: everything for a named server goes through it, and only that. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { serverEntry } from '../../src/main/program-files.ts'
import { forwardProxy } from '../forward-proxy.ts'
import { openTestClient } from '../main/a-client.ts'
import { reverseProxy } from '../reverse-proxy.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { fingerprint, seeded, writeRandomFile } from './photo-folder.ts'
import { serve, upload } from './programs.ts'

afterEach(() => void vi.unstubAllEnvs())

/** A source of small files and one of several chunks. */
function makeSource(folder: string): string {
  const source = join(folder, 'source')
  const random = seeded(7)
  for (let index = 0; index < 12; index += 1) {
    writeRandomFile(join(source, `IMG_${index}.jpg`), 30_000, random)
  }
  writeRandomFile(join(source, 'clip.mov'), 2_000_000, random)
  return source
}

describe('the terminal behind a proxy', () => {
  it('sends everything through it, over connections that it keeps, to a server below a path', async () => {
    const folder = temporaryFolder()
    const source = makeSource(folder)
    const server = await serve(join(folder, 'data'), { args: ['--chunk-size', '512K'] })
    const front = await reverseProxy(server.port, { prefix: '/photos' })
    const proxy = await forwardProxy({ login: 'anna:secret' })
    vi.stubEnv('HTTP_PROXY', proxy.url.replace('//', '//anna:secret@'))
    const receipt = join(folder, 'receipt.json')
    const args = ['--receipt', receipt]
    const at = { url: `${front.url}/`, token: server.token }
    const run = await upload([source], at, join(folder, 'state'), { args }).result
    expect(run).toMatchObject({ exitCode: 0, summary: { done: 13, failed: 0 } })
    expect(fingerprint(join(folder, 'data', 'uploads', 'source'))).toEqual(fingerprint(source))
    const passed = (line: string) => proxy.passed.filter((one) => one.startsWith(line))
    expect(passed(`PUT ${front.url}/api/task/`)).toHaveLength(4)
    expect(passed(`POST ${front.url}/api/bundle`)).not.toEqual([])
    // Nothing came past the proxy.
    await expect.poll(() => front.seen.length).toBe(proxy.passed.length)
    expect(proxy.connections()).toBeLessThan(15)
    expect(readFileSync(receipt, 'utf8')).toContain(`${front.url}/uploads/source/clip.mov`)
    expect(run.summary?.items.map(({ url }) => url)).toContain(`${front.url}/uploads/source/clip.mov`)
  })

  it('that wants a login ends with the name of the proxy and what to do, and without a password', async () => {
    const folder = temporaryFolder()
    const source = makeSource(folder)
    const server = await serve(join(folder, 'data'))
    const proxy = await forwardProxy({ login: 'anna:right' })
    vi.stubEnv('HTTP_PROXY', proxy.url.replace('//', '//anna:secret@'))
    const { exitCode, stderr } = await upload([source], server, join(folder, 'state'), {
      args: ['--wait', '1'],
    }).result
    expect(exitCode).toBe(1)
    expect(stderr).toContain(
      `The proxy ${proxy.name} on the way to 127.0.0.1:${server.port} wants a user name`,
    )
    expect(stderr).not.toContain('secret')
  })
})

it('reaches its own server on this computer past every proxy', async () => {
  const folder = temporaryFolder()
  const source = makeSource(folder)
  const proxy = await forwardProxy({ login: 'nobody:gets in' })
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY']) vi.stubEnv(name, proxy.url)
  const libraryDir = join(folder, 'library')
  const { client, statuses } = await openTestClient(join(folder, 'state'), null, undefined, {
    bundled: { entry: serverEntry, nodePath: process.execPath, libraryDir },
    resolveProxy: async () => `PROXY ${proxy.name}`,
  })
  await client.intake.addPaths([source])
  await vi.waitFor(() => {
    expect(Object.values(statuses())).toEqual(Array.from({ length: 13 }, () => 'done'))
  }, 30_000)
  expect(fingerprint(join(libraryDir, 'uploads', 'source'))).toEqual(fingerprint(source))
  expect(proxy.connections()).toBe(0)
})
