/** How `photoferry upload` ends: 0 only where everything is stored but for what the person's own rules leave out. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { serve, upload } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { writeFiles } from '../a-client.ts'

async function run(files: Readonly<Record<string, number>>, more: readonly string[] = []) {
  const folder = temporaryFolder()
  const state = join(folder, 'state')
  mkdirSync(state)
  const settings = { skipRules: { extensions: ['xmp'] } }
  writeFileSync(join(state, 'settings.json'), JSON.stringify(settings))
  const server = await serve(join(folder, 'data'))
  const paths = [writeFiles(join(folder, 'Wedding'), files), ...more.map((name) => join(folder, name))]
  return upload(paths, server, state).result
}

describe('the exit code of an upload', () => {
  it('is 0 where only the person’s own rules left something out, which is told', async () => {
    const { exitCode, summary, stderr } = await run({ 'a.jpg': 3, 'a.xmp': 4 })
    expect([exitCode, summary]).toEqual([
      0,
      expect.objectContaining({ dropped: 2, done: 1, skipped: 1, failed: 0, empty: 0, unfinished: 0 }),
    ])
    expect(stderr).toContain('1 of 2 files are stored on the server. Not stored: 1 skipped by your rules.')
  })

  it('is 1 where a file is empty', async () => {
    const { exitCode, summary, stderr } = await run({ 'a.jpg': 3, 'b.jpg': 0 })
    expect([exitCode, summary]).toEqual([1, expect.objectContaining({ dropped: 2, done: 1, empty: 1 })])
    expect(stderr).toContain('1 of 2 files are stored on the server. Not stored: 1 empty.')
    expect(stderr).toContain('1 file is empty: the original has 0 bytes. Check it on the card.')
  })

  it('is 1 where a file can’t be read', async () => {
    const { exitCode, summary, stderr } = await run({ 'a.jpg': 3 }, ['nowhere'])
    expect([exitCode, summary]).toEqual([1, expect.objectContaining({ dropped: 2, done: 1, failed: 1 })])
    expect(stderr).toContain('1 of 2 files are stored on the server. Not stored: 1 failed.')
  })
})
