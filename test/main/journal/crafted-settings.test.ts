/** Settings that PhotoFerry did not write: never defaults in silence. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runCli } from '../../crossing/programs.ts'
import { temporaryFolder } from '../../temporary-folder.ts'
import { openTestClient } from '../a-client.ts'

const server = { id: 'studio', name: 'Studio', url: 'http://127.0.0.1:4700', token: 'secret' }
const own = (content: unknown) => JSON.stringify(content)

type Case = [title: string, text: string, kept?: Record<string, unknown>]

/** Title, content of the file, and settings that stay as they were in it. */
const texts: Case[] = [
  ['nothing', ''],
  ['spaces', ' \n'],
  ['zeros, as after a power cut', '\0'.repeat(4096)],
  ['a list', '[]'],
  ['a list of settings', own([{ parallelFiles: 7 }])],
  ['a number', '7'],
  ['a text', '"parallelFiles"'],
  ['null', 'null'],
  ['true', 'true'],
  ['JSON that was cut short', own({ parallelFiles: 7, servers: [server] }).slice(0, -5)],
  ['two objects', '{}{}'],
  ['no JSON', 'parallelFiles = 7'],
  ['lists in lists', '['.repeat(100_000)],
  ['a number in the place of servers', own({ servers: 7, parallelFiles: 7 }), { parallelFiles: 7 }],
  [
    'a server whose address is a file',
    own({ servers: [{ ...server, url: 'file:///etc/passwd' }], parallelFiles: 7 }),
    { parallelFiles: 7 },
  ],
  [
    'a server whose id is a number',
    own({ servers: [{ ...server, id: 5 }], maxRetries: 1 }),
    { maxRetries: 1 },
  ],
  [
    'numbers beyond their bounds',
    own({ parallelFiles: 1e300, parallelChunks: -1, maxRetries: 1 }),
    { maxRetries: 1 },
  ],
  [
    'an object in the place of a rule',
    own({ skipRules: { patterns: { a: 1 } }, maxRetries: 1 }),
    { maxRetries: 1 },
  ],
  ['a folder that is no text', own({ libraryDir: ['/etc'], maxRetries: 1 }), { maxRetries: 1 }],
  ['a language that nobody knows', own({ language: '../../x', maxRetries: 1 }), { maxRetries: 1 }],
]

it.each(texts)(
  'sets settings aside that hold %s, says so, and keeps what can be read',
  async (_, text, kept) => {
    const state = temporaryFolder()
    writeFileSync(join(state, 'settings.json'), text)
    const { client, log } = await openTestClient(state, null)
    expect(log.join('\n')).toMatch(/settings could not be read.*kept as .*settings\.json\.damaged-\d+/)
    expect(client.settings.current).toMatchObject(kept ?? { parallelFiles: 3 })
    const aside = readdirSync(state).find((name) => name.includes('.damaged-')) ?? ''
    expect(readFileSync(join(state, aside), 'utf8')).toBe(text)
    await client.stop()
    // Said once: what is in force now is what the file says.
    const again = await openTestClient(state, null)
    expect(again.log).toEqual([])
    expect(again.client.settings.current).toEqual(client.settings.current)
  },
)

it.skipIf(process.platform === 'win32')('does not wait for a pipe in the place of the settings', async () => {
  const state = temporaryFolder()
  execFileSync('mkfifo', [join(state, 'settings.json')])
  const { client, log } = await openTestClient(state, null)
  expect(log.join('\n')).toContain('settings could not be read')
  await client.settings.change({ parallelFiles: 7 })
  expect(statSync(join(state, 'settings.json')).isFile()).toBe(true)
})

it('gives settings no other prototype', async () => {
  const state = temporaryFolder()
  writeFileSync(
    join(state, 'settings.json'),
    '{"__proto__":{"parallelFiles":9},"constructor":{"prototype":{}}}',
  )
  const { client } = await openTestClient(state, null)
  expect(client.settings.current.parallelFiles).toBe(3)
  expect(({} as { parallelFiles?: number }).parallelFiles).toBe(undefined)
})

it('says in a dry run that settings could not be read', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'in'))
  writeFileSync(join(folder, 'in', 'a.jpg'), 'a')
  writeFileSync(join(folder, 'settings.json'), '[{"maxFileSize":1}]')
  const { stderr } = await runCli(['upload', 'in', '--dry-run', '--state', '.'], folder)
  expect(stderr).toContain('could not be read. Their defaults are in force.')
  symlinkSync(join(folder, 'settings.json'), join(folder, 'in', 'settings.json'))
  const linked = await runCli(['upload', 'in/a.jpg', '--dry-run', '--state', 'in'], folder)
  expect(linked.stderr).toContain('could not be read. Their defaults are in force.')
})
