/** `photoferry watch` as a program: it tells of each file, is stopped by a signal, and refuses what is no folder. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { serve } from '../../crossing/programs.ts'
import { paintPhoto } from '../../e2e/paint-photo.ts'
import { projectDir } from '../../server/harness.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const cli = join(projectDir, 'src/main/cli.ts')

it('uploads what comes, prints it, and ends in good order', async () => {
  const root = temporaryFolder()
  const folder = join(root, 'shoots')
  mkdirSync(folder)
  const server = await serve(join(root, 'data'))
  const args = [
    'watch',
    folder,
    '--server',
    server.url,
    '--token',
    server.token,
    '--state',
    join(root, 'state'),
  ]
  const child = spawn(process.execPath, [cli, ...args, '--json', '--still', '0', '--folder', 'tethered'])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(createInterface({ input: child.stderr }), 'line')
  const told = once(createInterface({ input: child.stdout }), 'line')
  writeFileSync(join(folder, 'IMG_1.CR3'), 'photo')
  const [line] = await told
  expect(JSON.parse(String(line))).toMatchObject({
    stored: join(folder, 'IMG_1.CR3'),
    as: 'tethered/shoots/IMG_1.CR3',
  })
  expect(readFileSync(join(root, 'data/uploads/tethered/shoots/IMG_1.CR3'), 'utf8')).toBe('photo')
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect((await ended)[0]).toBe(0)
}, 30_000)

it('tells of a preview by another word than of its original', async () => {
  const root = temporaryFolder()
  const folder = join(root, 'shoots')
  await paintPhoto(join(folder, 'IMG_1.JPG'), 1)
  const server = await serve(join(root, 'data'))
  const to = ['--server', server.url, '--token', server.token, '--state', join(root, 'state')]
  const child = spawn(process.execPath, [cli, 'watch', folder, ...to, '--json', '--still', '0', '--previews'])
  onTestFinished(() => void child.kill('SIGKILL'))
  const told: object[] = []
  createInterface({ input: child.stdout }).on('line', (line) => told.push(JSON.parse(line)))
  await expect.poll(() => told.length, { timeout: 20_000 }).toBe(2)
  const source = join(folder, 'IMG_1.JPG')
  expect(told).toMatchObject([{ preview: source }, { stored: source, as: 'shoots/IMG_1.JPG' }])
  expect(told[0]).not.toHaveProperty('stored')
}, 30_000)

it('refuses what is no folder', async () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    [cli, 'watch', '/nowhere/at/all', '--server', 'http://127.0.0.1:9'],
    {
      encoding: 'utf8',
    },
  )
  expect(status).toBe(2)
  expect(stderr).toContain('/nowhere/at/all is not a folder. Name a folder to watch.')
})
