import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../temporary-folder.ts'
import { fingerprint } from './photo-folder.ts'
import { runCli, serve, type UploadResult, upload } from './programs.ts'

const nobody = 65534

function someFiles(folder: string, names: readonly string[]): string {
  const source = join(folder, 'source')
  mkdirSync(source, { recursive: true })
  for (const name of names) writeFileSync(join(source, name), `content of ${name}`)
  return source
}

function codes({ summary }: UploadResult): Record<string, string> {
  return Object.fromEntries(
    (summary?.items ?? []).map((item) => [item.relativePath, item.error?.code ?? item.status]),
  )
}

describe('bad input', () => {
  it('shows a missing folder at its path and uploads the rest', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const source = someFiles(folder, ['a.jpg'])
    const result = await upload([join(folder, 'gone'), source], server, join(folder, 'state')).result
    expect(codes(result)).toEqual({ gone: 'source-missing', 'source/a.jpg': 'done' })
    expect(result.exitCode).toBe(1)
    expect(result.stderr).toMatch(/FAILED {2}No such file or folder: gone\n/)
  })

  it('shows files and folders that may not be read and uploads the rest', async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o777)
    const server = await serve(join(folder, 'data'))
    const source = someFiles(folder, ['a.jpg', 'locked.jpg', 'z.jpg'])
    mkdirSync(join(source, 'private'))
    chmodSync(join(source, 'locked.jpg'), 0)
    chmodSync(join(source, 'private'), 0)
    // Root may read everything, so as root the uploader runs as somebody who may not.
    const user = process.getuid?.() === 0 ? { uid: nobody } : {}
    const result = await upload([source], server, join(folder, 'state'), user).result
    chmodSync(join(source, 'private'), 0o700)
    expect(codes(result)).toEqual({
      'source/a.jpg': 'done',
      'source/locked.jpg': 'source-unreadable',
      'source/private': 'source-unreadable',
      'source/z.jpg': 'done',
    })
    expect(result.exitCode).toBe(1)
  })

  it('says that the token is wrong', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const source = someFiles(folder, ['a.jpg'])
    const wrong = { url: server.url, token: 'not-the-token' }
    const result = await upload([source], wrong, join(folder, 'state')).result
    expect(codes(result)).toEqual({ 'source/a.jpg': 'unauthorized' })
    expect(result.exitCode).toBe(1)
    const right = await upload([source], server, join(folder, 'state')).result
    expect(codes(right)).toEqual({ 'source/a.jpg': 'done' })
  })

  it('gives up on a server that was never there, says why, and can be told again', async () => {
    const folder = temporaryFolder()
    const source = someFiles(folder, ['a.jpg', 'b.jpg'])
    const nowhere = { url: 'http://127.0.0.1:9', token: 'whatever-token' }
    const patience = { args: ['--wait', '2'] }
    const result = await upload([source], nowhere, join(folder, 'state'), patience).result
    expect(codes(result)).toEqual({
      'source/a.jpg': 'server-unreachable',
      'source/b.jpg': 'server-unreachable',
    })
    expect(result.stderr).toContain('Waiting for the server')
    expect(result.exitCode).toBe(1)
  })

  it('recognises that something else answers at the address', async () => {
    const folder = temporaryFolder()
    const website = createServer((_request, response) => response.end('<h1>Welcome</h1>')).listen(
      0,
      '127.0.0.1',
    )
    onTestFinished(() => void website.close())
    await once(website, 'listening')
    const { port } = website.address() as AddressInfo
    const source = someFiles(folder, ['a.jpg'])
    const target = { url: `http://127.0.0.1:${port}`, token: 'whatever-token' }
    const result = await upload([source], target, join(folder, 'state')).result
    expect(codes(result)).toEqual({ 'source/a.jpg': 'not-photoferry' })
  })

  it('takes a name of 255 bytes as it is', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const source = someFiles(folder, [`${'婚'.repeat(83)}ab.jpg`, `${'x'.repeat(251)}.jpg`])
    const result = await upload([source], server, join(folder, 'state')).result
    expect(result.summary).toMatchObject({ done: 2, failed: 0 })
    expect(fingerprint(join(folder, 'data', 'uploads', 'source'))).toEqual(fingerprint(source))
  })

  it('shows a name that the server refuses at its file and uploads the rest', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const source = someFiles(folder, ['a.jpg', 'b\\..\\c.jpg'])
    const result = await upload([source], server, join(folder, 'state')).result
    expect(codes(result)).toEqual({ 'source/a.jpg': 'done', 'source/b\\..\\c.jpg': 'name-invalid' })
  })

  it.each([
    [['upload']],
    [['upload', '', '--server', 'http://127.0.0.1:9']],
    [['upload', 'x', '--server', 'http://127.0.0.1:9', '--receipt', 'nowhere/receipt.csv']],
    [['upload', 'x', '--server', 'http://127.0.0.1:9', '--state', '/dev/null']],
    [['upload', 'x', '--jason']],
    [['frobnicate']],
    [['upload', 'x', '--server', 'nonsense']],
    [['upload', 'x', '--server', 'http://127.0.0.1:9/?a=1']],
    [['start', '--port', 'seventy']],
    [['serve', '--port', '-1']],
    [['upload', 'x', '--state', '', '--server', 'http://127.0.0.1:9']],
  ])('answers %j with one clear sentence and exit code 2', async ([...args]) => {
    const folder = temporaryFolder()
    const result = await runCli(args, folder)
    expect(result.exitCode).toBe(2)
    expect(result.stderr).toMatch(/^photoferry( serve)?: .+\n$/)
    expect(existsSync(join(folder, 'state'))).toBe(false)
  })

  it('names the folder of a server that may not write there, not its port', async () => {
    const folder = temporaryFolder()
    chmodSync(folder, 0o555)
    // Root may write everywhere, so as root the server runs as somebody who may not.
    const user = process.getuid?.() === 0 ? { uid: nobody } : {}
    const result = await runCli(['serve', '--port', '0', '--data', join(folder, 'data')], '/', user)
    expect(result).toMatchObject({
      exitCode: 1,
      stderr: `photoferry serve: No permission for folder ${join(folder, 'data')}. Choose another with --data.\n`,
    })
  })

  it('says that a folder is empty', async () => {
    const folder = temporaryFolder()
    const server = await serve(join(folder, 'data'))
    const result = await upload([someFiles(folder, [])], server, join(folder, 'state')).result
    expect(result).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('No files found') })
  })

  it.each([
    [['help', 'serve'], '--free-space-reserve'],
    [['help', 'upload'], '--dry-run'],
    [['help'], 'serve'],
  ])('answers %j with its help', async ([...args], word) => {
    const result = await runCli(args, temporaryFolder())
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(word) })
  })
})
