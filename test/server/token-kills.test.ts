/** `photoferry token` is killed at any moment: who reads the tokens then has all of the old ones or all of the new ones. */
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { madeTokens } from '../../server/config/made-tokens.ts'
import { spawnNode, temporaryFolder } from './harness.ts'

const kills = Number(process.env.PHOTOFERRY_KILLS ?? 12)

/** Makes many tokens one after the other in one process, so that kills fall into writing. */
const program = `
  import { changeMadeTokens } from './server/config/made-tokens.ts'
  const dataDir = process.argv[1]
  console.log('ready')
  for (let at = 0; ; at += 1) {
    await changeMadeTokens(dataDir, (tokens) => {
      const name = 'name-' + tokens.length
      const token = { name, token: name + 'x'.repeat(40), folder: 'f/' + name, quotaBytes: null }
      return [...tokens, { ...token, madeAt: new Date(0).toISOString() }]
    })
    process.stdout.write(at + '\\n')
  }
`

function run(dataDir: string) {
  const child = spawnNode(['--input-type=module-typescript', '--eval', program, dataDir])
  let out = ''
  child.process.stdout?.on('data', (piece: Buffer) => {
    out += piece.toString()
  })
  return { ...child, told: () => out.trim().split('\n').length - 1 }
}

describe('the file of the tokens', () => {
  it('is whole after every kill, has all that was told, and can be changed again', async () => {
    const dataDir = temporaryFolder()
    mkdirSync(join(dataDir, '.photoferry'))
    await spawnNode(['server/index.ts', 'token', 'add', 'first', '--data', dataDir]).exited
    expect((await madeTokens(dataDir)).map(({ name }) => name)).toEqual(['first'])
    const folder = join(dataDir, '.photoferry')
    let before = 1
    let interrupted = 0
    for (let kill = 0; kill < kills || (interrupted === 0 && kill < 20 * kills); kill += 1) {
      const writer = run(dataDir)
      await expect.poll(writer.told, { interval: 1, timeout: 20_000 }).toBeGreaterThan(0)
      await pause(kill % 7)
      writer.process.kill('SIGKILL')
      await writer.exited
      const after = await madeTokens(dataDir)
      expect(after.length).toBeGreaterThanOrEqual(before + writer.told())
      expect(after.map(({ name }) => name)).toEqual([
        'first',
        ...after.slice(1).map((_, at) => `name-${at + 1}`),
      ])
      before = after.length
      const left = join(folder, 'tokens.json.new')
      if (!existsSync(left)) continue
      interrupted += 1
      // What was left is no longer another command's once it is old enough.
      utimesSync(left, new Date(0), new Date(0))
    }
    expect(interrupted).toBeGreaterThan(0)
    const added = spawnNode(['server/index.ts', 'token', 'add', 'last', '--data', dataDir])
    expect(await added.exited, added.stderr()).toBe(0)
    expect((await madeTokens(dataDir)).at(-1)?.name).toBe('last')
    expect(readdirSync(folder).filter((name) => name.startsWith('tokens'))).toEqual(['tokens.json'])
    expect(JSON.parse(readFileSync(join(folder, 'tokens.json'), 'utf8'))).toMatchObject({ version: 1 })
  })
})
