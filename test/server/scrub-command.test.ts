/** `photoferry scrub`: of a library that no server has open, and by the server that has it. */
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { routes } from '../../src/shared/protocol/wire.ts'
import { bytesOf, serverEnv, spawnNode, spawnServer, start, temporaryFolder } from './harness.ts'
import { keptBytes, removeStored, rotStored, storedBytes } from './test-storage.ts'

/** Runs the command to its end. @param env besides that of the data folder's ledger and storage */
async function scrub(dataDir: string, args: readonly string[] = [], env: Record<string, string> = {}) {
  const all = { ...(await serverEnv(dataDir)), ...env }
  const child = spawnNode(['server/index.ts', 'scrub', '--data', dataDir, ...args], { env: all })
  const out = child.process.stdout ? text(child.process.stdout) : ''
  return { code: await child.exited, out: await out, err: child.stderr() }
}

describe('photoferry scrub', () => {
  it('lists what is damaged in a library that no server uses, and exits with 1 until it is replaced', async () => {
    const first = await start()
    const { dataDir } = first
    const bytes = bytesOf(500_000)
    await first.client.upload('a/photo.jpg', bytes)
    await first.client.upload('b.jpg', bytesOf(1_000))
    await first.server.close()
    expect(await scrub(dataDir)).toMatchObject({ code: 0, out: '2 files read, 0.5 MB. 0 damaged.\n' })
    const rotten = await rotStored(dataDir, 'a/photo.jpg', 0, 200_000)
    const found = await scrub(dataDir)
    expect(found.code).toBe(1)
    expect(found.out).toMatch(/^DAMAGED a\/photo\.jpg: other bytes than were stored \(found 20/)
    expect(found.out).toContain('2 files read, ')
    const second = await start({ dataDir })
    await second.client.upload('a/photo.jpg', bytes)
    await second.server.close()
    expect((await scrub(dataDir)).code).toBe(0)
    expect((await storedBytes(dataDir, 'a/photo.jpg')).equals(bytes)).toBe(true)
    expect((await keptBytes(dataDir, 'a/photo.jpg')).equals(rotten)).toBe(true)
  })

  it('has the running server do it, found by its settings or named', async () => {
    const dataDir = temporaryFolder()
    const { client } = await spawnServer(dataDir)
    await client.upload('a.jpg', bytesOf(1_000))
    await client.upload('b.jpg', bytesOf(1_000))
    await rotStored(dataDir, 'a.jpg', 0, 10)
    const { port } = new URL(client.url)
    const found = await scrub(dataDir, ['--server', client.url], { PHOTOFERRY_TOKEN: client.token })
    expect(found).toMatchObject({ code: 1, err: expect.stringContaining('by the server at') })
    expect(found.out).toContain('DAMAGED a.jpg: ')
    expect((await client.request('GET', routes.scrub)).body).toMatchObject({ full: true, damagedFiles: 1 })
    expect(
      await scrub(dataDir, ['--server', client.url, '--forget'], { PHOTOFERRY_TOKEN: client.token }),
    ).toMatchObject({ code: 0, out: expect.stringContaining('1 damaged files were forgotten') })
    await removeStored(dataDir, 'b.jpg')
    const again = await scrub(dataDir, ['--port', port], { PHOTOFERRY_TOKEN: client.token })
    expect(again.code).toBe(1)
    expect(again.out).toContain('DAMAGED b.jpg: gone')
  })

  it('refuses what it cannot do, in a sentence', async () => {
    const nothing = temporaryFolder()
    const missing = await scrub(nothing, [], { DATABASE_URL: '' })
    expect(missing).toMatchObject({ code: 1, err: expect.stringContaining('There is no library in') })
    expect((await scrub(nothing, ['--server', 'photos'])).code).toBe(2)
    expect((await scrub(nothing, ['--bogus'])).code).toBe(2)
    expect((await scrub(nothing, ['--server', 'http://127.0.0.1:9'])).err).toContain('No PhotoFerry server')
    expect((await scrub(nothing, ['--help'])).out).toContain('Exit codes:')
  })
})
