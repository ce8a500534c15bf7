import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ScrubReport } from '../../../src/shared/protocol/wire.ts'
import { announceSeed, fingerprint, seeded, writeRandomFile } from '../../crossing/photo-folder.ts'
import { runCli, type ServerProcess, serve, upload } from '../../crossing/programs.ts'
import { tcpProxy } from '../../tcp-proxy.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const random = seeded(announceSeed('library commands'))

interface Studio {
  readonly server: ServerProcess
  readonly folder: string
  readonly source: string
  /** Runs a command against the server. */
  run(args: readonly string[], url?: string): ReturnType<typeof runCli>
}

async function studio(): Promise<Studio> {
  const folder = temporaryFolder()
  const source = join(folder, 'home', 'Wedding 婚礼')
  for (let number = 0; number < 12; number++)
    writeRandomFile(
      join(source, `${number % 3}`, `IMG_${number}.JPG`),
      1 + Math.floor(random() * 90_000),
      random,
    )
  writeRandomFile(join(source, 'clip.mov'), 5_000_000, random)
  const server = await serve(join(folder, 'data'))
  const { exitCode } = await upload([source], server, join(folder, 'state')).result
  expect(exitCode).toBe(0)
  const run = (args: readonly string[], url = server.url) =>
    runCli([...args, '--server', url, '--token', server.token], folder)
  return { server, folder, source, run }
}

const lines = (text: string) => text.split('\n').filter(Boolean)

describe('photoferry ls', () => {
  it('lists a folder, or all that is below it', async () => {
    const { run } = await studio()
    expect((await run(['ls'])).stdout).toMatch(/^ +Wedding 婚礼\/\n$/)
    const inside = lines((await run(['ls', 'Wedding 婚礼/'])).stdout)
    expect(inside.map((line) => line.trim().split(/ {2,}/).at(-1))).toEqual([
      'Wedding 婚礼/0/',
      'Wedding 婚礼/1/',
      'Wedding 婚礼/2/',
      'Wedding 婚礼/clip.mov',
    ])
    const all = lines((await run(['ls', '--all', '--json'])).stdout).map((line) => JSON.parse(line))
    expect(all).toHaveLength(13)
    expect(all.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true)
    expect(await run(['ls', '../etc'])).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('..') })
  })

  it('says what is wrong with the address or the token', async () => {
    const { server, folder } = await studio()
    const wrong = await runCli(['ls', '--server', server.url, '--token', 'x'], folder)
    expect(wrong).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('token') })
    expect(await runCli(['ls', '--server', 'nowhere'], folder)).toMatchObject({ exitCode: 2 })
    expect(await runCli(['ls'], folder)).toMatchObject({ exitCode: 2 })
  })
})

describe('photoferry get', () => {
  it('brings a folder, its times included, and does nothing where all is there', async () => {
    const { run, folder, source } = await studio()
    const to = join(folder, 'back')
    expect(await run(['get', 'Wedding 婚礼', '--to', to])).toMatchObject({
      exitCode: 0,
      stdout: '13 files written and checked.\n',
    })
    expect(fingerprint(to)).toEqual(fingerprint(join(source, '..')))
    expect(statSync(join(to, 'Wedding 婚礼', 'clip.mov')).mtimeMs).toBeCloseTo(
      Math.floor(statSync(join(source, 'clip.mov')).mtimeMs / 1000) * 1000,
      -1,
    )
    const again = await run(['get', 'Wedding 婚礼', '--to', to])
    expect(again.stdout).toBe('0 files written and checked, 13 there already.\n')
  })

  it('brings one file, or a folder further down, by its own name', async () => {
    const { run, folder, source } = await studio()
    await run(['get', 'Wedding 婚礼/clip.mov', '/Wedding 婚礼/1/', '--to', folder])
    expect(readFileSync(join(folder, 'clip.mov'))).toEqual(readFileSync(join(source, 'clip.mov')))
    expect(readdirSync(join(folder, '1')).toSorted()).toEqual(readdirSync(join(source, '1')).toSorted())
    expect(await run(['get', 'Nobody'])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('nothing at Nobody'),
    })
  })

  it('brings the others when one is not there, each once, also under the longest names', async () => {
    const { run, folder, source, server } = await studio()
    const long = `${'婚'.repeat(82)}.jpg`
    writeFileSync(join(source, long), 'long')
    await upload([source], server, join(folder, 'again')).result
    const to = join(folder, 'some')
    const clip = 'Wedding 婚礼/clip.mov'
    const got = await run(['get', clip, 'nothing', clip, `Wedding 婚礼/${long}`, '--to', to])
    expect(got).toMatchObject({ exitCode: 1, stdout: '2 files written and checked, 1 not written.\n' })
    expect(readdirSync(to).toSorted()).toEqual(['clip.mov', long].toSorted())
  })

  it('replaces nothing that is there', async () => {
    const { run, folder } = await studio()
    writeFileSync(join(folder, 'clip.mov'), 'mine')
    const got = await run(['get', 'Wedding 婚礼/clip.mov', '--to', folder])
    expect(got).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('other content') })
    expect(readFileSync(join(folder, 'clip.mov'), 'utf8')).toBe('mine')
  })

  it('goes on over connections that break, and after it was ended', async () => {
    const { run, folder, source, server } = await studio()
    const proxy = await tcpProxy(
      () => server.port,
      (client, toServer) => {
        const end = toServer()
        client.pipe(end)
        end.pipe(client)
        // Never long enough for the clip.
        setTimeout(() => client.destroy(), 12)
      },
    )
    const through = await run(['get', 'Wedding 婚礼', '--to', join(folder, 'cut')], proxy.url)
    await run(['get', 'Wedding 婚礼', '--to', join(folder, 'cut')])
    expect(through.stdout + through.stderr).not.toBe('')
    expect(fingerprint(join(folder, 'cut'))).toEqual(fingerprint(join(source, '..')))
    // What a killed run leaves: the beginning of the file, under a name of its own.
    const clip = readFileSync(join(source, 'clip.mov'))
    const md5 = createHash('md5').update(clip).digest('hex')
    const part = join(folder, `clip.mov.${md5.slice(0, 8)}.part`)
    writeFileSync(part, clip)
    truncateSync(part, 3_000_000)
    expect((await run(['get', 'Wedding 婚礼/clip.mov', '--to', folder])).exitCode).toBe(0)
    expect(readFileSync(join(folder, 'clip.mov'))).toEqual(clip)
    expect(existsSync(part)).toBe(false)
    // And one whose bytes were spoilt meanwhile.
    mkdirSync(join(folder, 'spoilt'))
    const spoilt = join(folder, 'spoilt', `clip.mov.${md5.slice(0, 8)}.part`)
    writeFileSync(spoilt, Buffer.alloc(3_000_000, 1))
    const first = await run(['get', 'Wedding 婚礼/clip.mov', '--to', join(folder, 'spoilt')])
    expect(first).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Other bytes came') })
    expect(readdirSync(join(folder, 'spoilt'))).toEqual([])
    expect((await run(['get', 'Wedding 婚礼/clip.mov', '--to', join(folder, 'spoilt')])).exitCode).toBe(0)
  })

  it.each(['../../evil.jpg', '/evil.jpg', 'a/../../evil.jpg', 'a//evil.jpg', 'a/./evil.jpg', 'a\\evil.jpg'])(
    'writes nothing outside the folder when a server names a file %s',
    async (path) => {
      const folder = temporaryFolder()
      const bytes = Buffer.from('evil')
      const digest = (algorithm: string) => createHash(algorithm).update(bytes).digest('hex')
      const now = new Date().toISOString()
      const times = { modifiedAt: now, storedAt: now, verifiedAt: now }
      const file = { path, size: 4, md5: digest('md5'), sha256: digest('sha256'), ...times }
      const hostile = createServer((request, response) => {
        const isList = request.url?.startsWith('/api/files')
        response.setHeader('ETag', `"${file.md5}"`)
        response.end(isList ? JSON.stringify({ files: [file], folders: [], next: null }) : bytes)
      })
      await new Promise<void>((resolve) => hostile.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void hostile.close())
      const url = `http://127.0.0.1:${(hostile.address() as AddressInfo).port}`
      const to = join(folder, 'a', 'b')
      const got = await runCli(['get', 'x', '--server', url, '--to', to], folder)
      expect(got).toMatchObject({
        exitCode: 1,
        stderr: expect.stringContaining("can't be written on this computer"),
      })
      expect(readdirSync(folder, { recursive: true })).not.toContain('evil.jpg')
    },
  )
})

describe('photoferry share', () => {
  it('makes a link that opens a folder, lists it, and revokes it', async () => {
    const { run, server } = await studio()
    const { stdout } = await run(['share', 'Wedding 婚礼/', '--days', '2'])
    const url = stdout.trim()
    expect(url).toMatch(new RegExp(`^${server.url}/s/[\\w-]{43}/$`))
    expect(await (await fetch(url)).text()).toContain('clip.mov')
    const [line = ''] = lines((await run(['share', '--list'])).stdout)
    expect(line).toMatch(/^[0-9a-f]{12} {2}until \d{4}-\d\d-\d\d \d\d:\d\d {2}Wedding 婚礼\/$/)
    expect((await run(['share', '--revoke', line.slice(0, 12)])).exitCode).toBe(0)
    expect((await fetch(url)).status).toBe(404)
    expect((await run(['share', '--list'])).stdout).toBe('')
    for (const id of ['abc', '', 'abcdefgh', '0123456'])
      expect([id, (await run(['share', '--revoke', id])).exitCode]).toEqual([id, 2])
    expect((await run(['share'])).exitCode).toBe(2)
    expect((await run(['share', 'nothing'])).exitCode).toBe(1)
  })
})

describe('photoferry verify', () => {
  it('says which files the server has, whatever they are called', async () => {
    const { run, source } = await studio()
    const good = await run(['verify', source])
    expect(good.exitCode).toBe(0)
    expect(good.stdout).toMatch(/^13 of 13 files are at the server, byte for byte\. The server last read/)
    writeFileSync(join(source, 'new.jpg'), 'new')
    const clip = readFileSync(join(source, 'clip.mov'))
    writeFileSync(join(source, 'copy.mov'), clip)
    clip[4_000_000] = (clip[4_000_000] ?? 0) ^ 1
    writeFileSync(join(source, 'clip.mov'), clip)
    const bad = await run(['verify', source])
    expect(bad.exitCode).toBe(1)
    expect(lines(bad.stdout)).toEqual(
      expect.arrayContaining([
        'not at the server: Wedding 婚礼/new.jpg',
        'not at the server: Wedding 婚礼/clip.mov',
        '2 files not at the server.',
      ]),
    )
    expect(bad.stdout).toContain('13 of 15 files are at the server')
  })

  it('never calls a file stored that somebody has removed at the server, or edited there', async () => {
    const { run, source, folder } = await studio()
    const stored = join(folder, 'data', 'uploads', 'Wedding 婚礼')
    rmSync(join(stored, 'clip.mov'))
    writeFileSync(join(stored, '0', 'IMG_0.JPG'), 'edited')
    const verdict = await run(['verify', source])
    expect(verdict.exitCode).toBe(1)
    const missing = lines(verdict.stdout).filter((line) => line.startsWith('not at'))
    expect(missing.toSorted()).toEqual([
      'not at the server: Wedding 婚礼/0/IMG_0.JPG',
      'not at the server: Wedding 婚礼/clip.mov',
    ])
  })

  it('never calls a damaged file stored', async () => {
    const { run, source, server, folder } = await studio()
    const stored = join(folder, 'data', 'uploads', 'Wedding 婚礼', 'clip.mov')
    const { mtime, atime } = statSync(stored)
    const bytes = readFileSync(stored)
    bytes[1_000] = (bytes[1_000] ?? 0) ^ 1
    writeFileSync(stored, bytes)
    utimesSync(stored, atime, mtime)
    const headers = { Authorization: `Bearer ${server.token}` }
    const scrub = async (method = 'GET') =>
      (await (await fetch(`${server.url}/api/scrub`, { method, headers })).json()) as ScrubReport
    await scrub('POST')
    await expect.poll(() => scrub()).toMatchObject({ running: false, damagedFiles: 1 })
    const verdict = await run(['verify', source])
    expect(verdict.exitCode).toBe(1)
    expect(verdict.stdout).toContain('not at the server: Wedding 婚礼/clip.mov')
    expect((await run(['ls', 'Wedding 婚礼'])).stdout).toContain('clip.mov  DAMAGED (bytes)')
    expect(await run(['get', 'Wedding 婚礼/clip.mov'])).toMatchObject({ exitCode: 1 })
  })
})
