/** What the server is set to, by whoever starts it, and the one line in which it answers. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../server/config/config.ts'
import { configFor, spawnNode, temporaryFolder } from './harness.ts'

describe('a setting that makes no sense', () => {
  it.each([
    [{ PORT: 'x' }, [], 'PORT: expected a port from 0 to 65535, got "x"'],
    [{ PORT: '70000' }, [], 'PORT: expected a port from 0 to 65535, got "70000"'],
    [{ MAX_FILE_SIZE: '10 apples' }, [], 'MAX_FILE_SIZE: expected a size such as 8388608, 8M or 10GB'],
    [{ MAX_FILE_SIZE: '0' }, [], 'MAX_FILE_SIZE: expected at least one byte'],
    [{ CHUNK_SIZE: '1K' }, [], 'CHUNK_SIZE: expected at least 64K'],
    [{ CHUNK_SIZE: '2G' }, [], 'CHUNK_SIZE: expected at most 1G'],
    [{ CORS_ORIGINS: 'photos.example.com' }, [], 'CORS_ORIGINS'],
    [{ TASK_EXPIRY: '-1' }, [], 'TASK_EXPIRY: expected more than 0 hours'],
    [{ FREE_SPACE_RESERVE: 'much' }, [], 'FREE_SPACE_RESERVE: expected a size'],
    [{ MAX_OPEN_TASKS: '1.5' }, [], 'MAX_OPEN_TASKS: expected a count from 1'],
    [{ STOP_TIMEOUT: 'soon' }, [], 'STOP_TIMEOUT: expected seconds from 0 to 3600, got "soon"'],
    [{ PUBLIC_URL: 'photos.example.com' }, [], 'PUBLIC_URL: expected an address such as https://'],
    [{ PUBLIC_URL: 'https://x.example/a?b' }, [], 'PUBLIC_URL: expected an address such as https://'],
    [{}, ['--public-url', 'https://x.example/api/photos'], "the server's own addresses begin with /api"],
    [{ LOG_LEVEL: 'loud' }, [], 'LOG_LEVEL'],
    [{ LOG_FORMAT: 'xml' }, [], 'LOG_FORMAT'],
    [{}, ['--prot', '1'], 'unknown option'],
    [{}, ['--port'], 'argument missing'],
    [{}, ['stray'], 'too many arguments'],
    [{ TOKENS: 'a-secret' }, ['--no-auth'], 'Leave out one of them'],
    [{ HOST: '0.0.0.0' }, ['--no-auth'], 'Repeat --no-auth if you mean it'],
    [{}, ['--no-auth', '--host', '192.168.1.5'], 'Repeat --no-auth if you mean it'],
  ])('is refused with the reason: %j %j', (env, args, reason) => {
    expect(() => parseConfig(args, env)).toThrow(reason)
  })

  it('ends the process with 2 and one sentence', async () => {
    const child = spawnNode(['server/index.ts', '--chunk-size', '8 bananas'])
    expect(await child.exited).toBe(2)
    expect(child.stderr()).toBe(
      'photoferry serve: --chunk-size: expected a size such as 8388608, 8M or 10GB, got "8 bananas"\n',
    )
  })

  it('lets everybody in beyond this machine only when that was said twice', () => {
    expect(parseConfig(['--no-auth', '--no-auth', '--host', '0.0.0.0'], {})?.auth).toBe(false)
    expect(parseConfig(['--no-auth'], {})?.auth).toBe(false)
  })

  it('cannot stay unknown: every variable is in the help and in the README', async () => {
    const child = spawnNode(['server/index.ts', '--help'])
    let help = ''
    child.process.stdout?.on('data', (piece) => {
      help += piece
    })
    expect(await child.exited).toBe(0)
    const readme = readFileSync(join(import.meta.dirname, '../../server/README.md'), 'utf8')
    const { auth: _, ...config } = configFor(temporaryFolder(), { NODE_ENV: 'test' })
    for (const variable of Object.keys(config)) {
      expect(readme).toContain(`\`${variable}\``)
      if (variable !== 'NODE_ENV') expect(help).toContain(`[${variable}]`)
    }
    for (const variable of ['DATABASE_URL', 'PUBLIC_URL', 'STORAGE_URL', 'NODE_ENV'])
      expect(help).toContain(variable)
  })
})

describe('the line on stdout', () => {
  it('keeps the token to itself where that was asked for, and says where it lies', async () => {
    const lineOf = async (env: Record<string, string>) => {
      const child = spawnNode(['server/index.ts', '--port', '0', '--data', temporaryFolder()], { env })
      const line = await new Promise<string>((resolve) => {
        child.process.stdout?.once('data', (piece) => resolve(String(piece)))
      })
      child.process.kill('SIGTERM')
      return JSON.parse(line) as Readonly<Record<string, string>>
    }
    expect(Object.keys(await lineOf({}))).toEqual(['url', 'token'])
    const { tokenFile, ...rest } = await lineOf({ SHOW_TOKEN: 'no' })
    expect(Object.keys(rest)).toEqual(['url'])
    expect(readFileSync(String(tokenFile), 'utf8').trim()).toMatch(/^[\w-]{43}$/)
    expect(Object.keys(await lineOf({ SHOW_TOKEN: 'no', TOKENS: 'given-secret' }))).toEqual(['url'])
  })
})
