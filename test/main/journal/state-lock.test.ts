import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { holdLock } from '../../../src/main/journal/lock-holder.ts'
import { lockState } from '../../../src/main/journal/state-lock.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

const program = {
  entry: new URL('../../../src/main/journal/lock-program.ts', import.meta.url),
  nodePath: process.execPath,
}
const lockModule = new URL('../../../src/main/journal/state-lock.ts', import.meta.url).href

it('keeps a second holder out until the first lets go', async () => {
  const folder = temporaryFolder()
  const unlock = await lockState(folder)
  await expect(lockState(folder)).rejects.toThrow(/already running/)
  unlock()
  ;(await lockState(folder))()
})

it('is not kept from anybody by a lock file that somebody has filled', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'lock.db'), 'no database, and long enough to be none')
  const unlock = await lockState(folder)
  await expect(lockState(folder)).rejects.toThrow(/already running/)
  unlock()
})

it('says what to do where the folder is none, or its lock cannot be opened', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  const blocked = temporaryFolder()
  mkdirSync(join(blocked, 'lock.db'))
  for (const place of [file, blocked]) {
    await expect(lockState(place)).rejects.toMatchObject({ code: 'bad-request' })
    await expect(lockState(place)).rejects.toThrow(
      /Can't use the state folder .* choose another with --state/,
    )
  }
})

it('is free again at once after its holder was killed', async () => {
  const folder = temporaryFolder()
  const script = `const { lockState } = await import(${JSON.stringify(lockModule)});
    globalThis.unlock = await lockState(${JSON.stringify(folder)}); console.log('locked'); setInterval(() => {}, 1000)`
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  await expect(lockState(folder)).rejects.toThrow(/already running/)
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  ;(await lockState(folder))()
})

describe('where the process has no SQLite, a program', () => {
  it('holds the same lock, against this process and against another such program', async () => {
    const folder = temporaryFolder()
    const unlock = await holdLock(program, folder)
    await expect(lockState(folder)).rejects.toMatchObject({ code: 'state-in-use' })
    await expect(holdLock(program, folder)).rejects.toMatchObject({
      code: 'state-in-use',
      message: expect.stringContaining(`already running with the state folder ${folder}`),
    })
    unlock()
    await vi.waitFor(async () => (await lockState(folder))(), 30_000)
    const here = await lockState(folder)
    await expect(holdLock(program, folder)).rejects.toMatchObject({ code: 'state-in-use' })
    here()
  })

  it('lets go of it when the process that it holds it for is killed', async () => {
    const folder = temporaryFolder()
    const holderModule = new URL('../../../src/main/journal/lock-holder.ts', import.meta.url).href
    const script = `const { holdLock } = await import(${JSON.stringify(holderModule)});
      await holdLock({ entry: new URL(${JSON.stringify(program.entry.href)}), nodePath: process.execPath }, ${JSON.stringify(folder)});
      console.log('locked')`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(parent.stdout, 'data')
    await expect(lockState(folder)).rejects.toMatchObject({ code: 'state-in-use' })
    parent.kill('SIGKILL')
    await vi.waitFor(async () => (await lockState(folder))(), 30_000)
  })

  it.skipIf(process.platform === 'win32')(
    'that ends by itself is noticed, since another PhotoFerry may begin then',
    async () => {
      const folder = temporaryFolder()
      const lost = Promise.withResolvers<void>()
      await holdLock(program, folder, lost.resolve)
      process.kill(Number(execFileSync('pgrep', ['-f', folder], { encoding: 'utf8' })), 'SIGKILL')
      await lost.promise
    },
  )

  it('that cannot be run says so', async () => {
    const missing = { ...program, nodePath: join(temporaryFolder(), 'node') }
    await expect(holdLock(missing, temporaryFolder())).rejects.toThrow('ENOENT')
    const broken = { ...program, entry: new URL('./no-such-program.ts', import.meta.url) }
    await expect(holdLock(broken, temporaryFolder())).rejects.toThrow('ended with 1')
  })
})
