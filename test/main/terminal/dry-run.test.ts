/** `photoferry upload --dry-run`: sums up, sends nothing, leaves nothing. */
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCli } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { writeFiles } from '../a-client.ts'

function aShoot(): { folder: string; shoot: string } {
  const folder = temporaryFolder()
  const shoot = writeFiles(join(folder, 'Shoot'), { 'a.jpg': 2000, 'b.CR3': 4096, 'c.MOV': 9000, 'd.xmp': 0 })
  writeFileSync(join(shoot, 'a 2.jpg'), Buffer.alloc(2000, 'a.jpg'))
  return { folder, shoot }
}

it('prints the summary for people, without a server, and leaves nothing behind', async () => {
  const { folder, shoot } = aShoot()
  const before = readdirSync(folder)
  const { exitCode, stdout } = await runCli(
    ['upload', shoot, '--dry-run', '--preset', 'proof', '--state', 'state'],
    folder,
  )
  // One of the files is empty.
  expect(exitCode).toBe(1)
  expect(stdout).toContain('Would upload 5 files, 17.1 kB:')
  expect(stdout).toContain('  RAW        1  4.1 kB\n')
  expect(stdout).toContain('Converted with preset "proof": 2 files, 4.0 kB before conversion.')
  expect(stdout).toMatch(/Empty .*: 1\n {2}Shoot\/d\.xmp/)
  expect(stdout).toMatch(/Probable duplicates .*: 1\n/)
  expect(stdout).toMatch(/Nothing was uploaded\.\n$/)
  expect(readdirSync(folder)).toEqual(before)
})

it('prints one JSON object with --json, goes by the settings of its state folder, and ends with 1 where something is amiss', async () => {
  const { folder, shoot } = aShoot()
  symlinkSync('/nowhere', join(shoot, 'link.jpg'))
  mkdirSync(join(folder, 'state'))
  const settings = { skipRules: { extensions: ['mov'] }, maxFileSize: 3000 }
  writeFileSync(join(folder, 'state', 'settings.json'), JSON.stringify(settings))
  const { exitCode, stdout } = await runCli(
    ['upload', shoot, '--dry-run', '--json', '--state', 'state'],
    folder,
  )
  expect(exitCode).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'Shoot',
    total: { files: 4 },
    skipped: [{ reason: { by: 'extension', extension: 'mov' }, files: 1, names: ['Shoot/c.MOV'] }],
    overLimit: { files: 1, names: ['Shoot/b.CR3'] },
    unreadable: { files: 1, problems: [{ relativePath: 'Shoot/link.jpg' }] },
    duplicates: { files: 1, bytes: 2000 },
    converted: { files: 0 },
  })
  expect(existsSync(join(folder, 'state', 'journal'))).toBe(false)
})

it('names what the rules of its flags skip, and what it leaves out as system files', async () => {
  const { folder, shoot } = aShoot()
  mkdirSync(join(shoot, '@eaDir'))
  const flags = ['--skip-kind', 'video', '--skip', '*.cr?', '--skip-extension', '.XMP', '--skip-empty']
  const { exitCode, stdout } = await runCli(['upload', shoot, '--dry-run', ...flags], folder)
  expect(exitCode).toBe(0)
  expect(stdout).toContain('Would upload 2 files, 4.0 kB:')
  expect(stdout).toContain('Skipped (your rule for video files): 1\n  Shoot/c.MOV\n')
  expect(stdout).toContain('Skipped (your rule for names like *.cr?): 1\n  Shoot/b.CR3\n')
  expect(stdout).toContain('Skipped (your rule for .xmp files): 1\n  Shoot/d.xmp\n')
  expect(stdout).toContain('System files and folders (left out): 1\n  Shoot/@eaDir\n')
})

it('refuses a rule that is none, and says how one is written', async () => {
  const folder = temporaryFolder()
  const refusal = async (...flags: string[]) => {
    const { exitCode, stderr } = await runCli(['upload', '.', '--dry-run', ...flags], folder)
    expect(exitCode).toBe(2)
    return stderr
  }
  expect(await refusal('--skip-kind', 'films')).toContain('Use one of: photo, raw, video, document, other')
  expect(await refusal('--skip', 'a/b')).toContain('Use up to 50 names without / or \\')
  expect(await refusal('--skip-extension', 'a b')).toContain('Use up to 50 extensions such as xmp')
})

it('is the only upload that needs no server', async () => {
  const { exitCode, stderr } = await runCli(['upload', '.'], temporaryFolder())
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/--server is required unless --dry-run/)])
})
