/** `photoferry settings`: written on one computer, read on another, refused in words. */
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCli, serve } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

it('takes over what an invitation and an export hold, says what changes, and nothing the second time', async () => {
  const folder = temporaryFolder()
  const { url, token } = await serve(join(folder, 'data'))
  const invite = ['invite', join(folder, 'studio'), '--server', url, '--token', token, '--name', 'Studio Lin']
  expect((await runCli(invite, folder)).exitCode).toBe(0)
  const file = join(folder, 'studio.photoferry')
  const one = ['--state', join(folder, 'one')]
  const tried = await runCli(['settings', 'import', file, '--dry-run', ...one], folder)
  expect(tried.stdout).toContain('Server added: Studio Lin')
  const taken = await runCli(['settings', 'import', file, ...one], folder)
  expect(taken.stdout).toContain('New photos go to Studio Lin')
  expect((await runCli(['settings', 'import', file, ...one], folder)).stdout).toContain('Nothing changes.')

  const backup = join(folder, 'backup.photoferry')
  expect((await runCli(['settings', 'export', backup, ...one], folder)).exitCode).toBe(0)
  expect(readFileSync(backup, 'utf8')).not.toContain(token)
  expect(statSync(backup).mode & 0o777).toBe(0o600)
  expect((await runCli(['settings', 'export', backup, ...one], folder)).stderr).toContain('is there already')
  const two = await runCli(['settings', 'import', backup, '--state', join(folder, 'two')], folder)
  expect(two.stdout).toContain('Server added: Studio Lin')
}, 60_000)

it('refuses a file of a newer PhotoFerry, and what is none', async () => {
  const folder = temporaryFolder()
  const file = join(folder, 'x.photoferry')
  writeFileSync(file, '{"photoferry":"settings","version":9}')
  const newer = await runCli(['settings', 'import', file, '--state', join(folder, 's')], folder)
  expect(newer.exitCode).toBe(2)
  expect(newer.stderr).toContain('A newer PhotoFerry wrote this file. Update PhotoFerry')
  const none = await runCli(
    ['settings', 'import', join(folder, 'none'), '--state', join(folder, 's')],
    folder,
  )
  expect(none.stderr).toContain('No such file')
}, 60_000)
