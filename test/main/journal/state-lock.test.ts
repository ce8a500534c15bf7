import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lockState } from '../../../src/main/journal/state-lock.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const lockModule = new URL('../../../src/main/journal/state-lock.ts', import.meta.url).href

it('keeps a second holder out until the first lets go', () => {
  const folder = temporaryFolder()
  const unlock = lockState(folder)
  expect(() => lockState(folder)).toThrow(/already running/)
  unlock()
  lockState(folder)()
})

it('is not kept from anybody by a lock file that somebody has filled', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'lock.db'), 'no database, and long enough to be none')
  const unlock = lockState(folder)
  expect(() => lockState(folder)).toThrow(/already running/)
  unlock()
})

it('says what to do where the folder is none, or its lock cannot be opened', () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  const blocked = temporaryFolder()
  mkdirSync(join(blocked, 'lock.db'))
  for (const place of [file, blocked]) {
    expect(() => lockState(place)).toThrow(expect.objectContaining({ code: 'bad-request' }))
    expect(() => lockState(place)).toThrow(/Can't use the state folder .* choose another with --state/)
  }
})

it('is free again at once after its holder was killed', async () => {
  const folder = temporaryFolder()
  const script = `const { lockState } = await import(${JSON.stringify(lockModule)});
    globalThis.unlock = lockState(${JSON.stringify(folder)}); console.log('locked'); setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  expect(() => lockState(folder)).toThrow(/already running/)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  lockState(folder)()
})
