import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
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

it('says of a folder that cannot be used what is wrong with it, not that somebody else has it', () => {
  const file = join(temporaryFolder(), 'photo.jpg')
  writeFileSync(file, '')
  expect(() => lockState(file)).toThrow(`The state folder ${file} cannot be used (EEXIST`)
  const strange = temporaryFolder()
  writeFileSync(join(strange, 'lock.db'), 'not a database, and longer than the head of one'.repeat(30))
  expect(() => lockState(strange)).toThrow(/cannot be used \(file is not a database\)/)
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
