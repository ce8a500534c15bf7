/** `photoferry upload --skip` and its like: what a rule skips is reported and is no failure; system files are counted apart. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { serve, upload } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { writeFiles } from '../a-client.ts'

it('uploads the rest, and says what was skipped and what was left out, again when it is resumed', async () => {
  const folder = temporaryFolder()
  const server = await serve(join(folder, 'data'))
  const shoot = writeFiles(join(folder, 'Shoot'), { 'a.jpg': 20, 'b.mov': 20, 'c.xmp': 20, '._a.jpg': 20 })
  mkdirSync(join(shoot, '#recycle'))
  writeFileSync(join(shoot, '#recycle', 'old.jpg'), 'x')
  const args = ['--skip-kind', 'video', '--skip', '*.xmp']
  for (const run of [1, 2]) {
    const { exitCode, stderr, summary } = await upload([shoot], server, join(folder, 'state'), { args })
      .result
    expect([run, exitCode]).toEqual([run, 0])
    expect(stderr).toContain('Not stored: 2 skipped by your rules.')
    expect(stderr).toContain('2 system files or folders left out')
    expect(summary).toMatchObject({ done: 1, failed: 0, leftOut: 2 })
    expect(summary?.items).toHaveLength(3)
  }
  expect(readdirSync(join(folder, 'data', 'uploads', 'Shoot'))).toEqual(['a.jpg'])
})
