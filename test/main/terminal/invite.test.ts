/** Invitations as the terminal writes them and the window reads them. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readSettingsFile } from '../../../src/shared/settings-file.ts'
import { runCli, serve } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

it('an invitation holds what is needed to upload, for this user’s eyes alone, and replaces no file', async () => {
  const folder = temporaryFolder()
  const { url, token } = await serve(join(folder, 'data'))
  const args = ['invite', join(folder, 'studio'), '--server', url, '--token', token, '--name', 'Studio Lin']
  expect((await runCli(args, folder)).exitCode).toBe(0)
  const file = join(folder, 'studio.photoferry')
  expect(readSettingsFile(readFileSync(file, 'utf8'))).toMatchObject({
    file: { servers: [{ name: 'Studio Lin', url, token }], defaultServer: 0 },
  })
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const again = await runCli(args, folder)
  expect(again.exitCode).toBe(2)
  expect(again.stderr).toContain('is there already')
})

it('no invitation is written with a token that the server does not accept', async () => {
  const folder = temporaryFolder()
  const { url } = await serve(join(folder, 'data'))
  const args = ['invite', join(folder, 'x'), '--server', url, '--token', 'wrong']
  const { exitCode, stderr } = await runCli(args, folder)
  expect(exitCode).not.toBe(0)
  expect(stderr).toMatch(/token/i)
})
