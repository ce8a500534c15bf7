/** Ctrl-C: told once, `photoferry upload` ends in good order, although the same signal may reach it twice; told again, at once. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { bare, outageProxy } from '../outage-proxy.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { seeded, writeRandomFile } from './photo-folder.ts'
import { serve, upload } from './programs.ts'

/** An upload to a server that answers nothing any more, some seconds after its file was on the list. */
async function stuckUpload() {
  const folder = temporaryFolder()
  writeRandomFile(join(folder, 'source', 'clip.mov'), 20_000_000, seeded(1))
  const server = await serve(join(folder, 'data'))
  const proxy = await outageProxy(server.port)
  const journal = join(folder, 'state', 'journal')
  const hasItems = () => existsSync(journal) && readdirSync(journal).some((name) => name.startsWith('items'))
  let probes = 0
  const busy = bare(502)
  proxy.set({
    answer: (outgoing, incoming) => {
      if (hasItems()) probes += 1
      // By its own clock: what it does once its files are listed, it has done by the second time.
      if (probes < 2) busy(outgoing, incoming)
    },
  })
  const target = { url: proxy.url, token: server.token }
  const run = upload([join(folder, 'source')], target, join(folder, 'state'), { args: ['--wait', '600'] })
  await expect.poll(() => probes).toBeGreaterThanOrEqual(2)
  return run
}

it('sent twice within a moment, as by a terminal and a launcher, ends an upload in good order', async () => {
  const { child, result } = await stuckUpload()
  child.kill('SIGINT')
  await delay(50)
  child.kill('SIGINT')
  const { exitCode, summary, stderr } = await result
  expect({ exitCode, summary }).toMatchObject({ exitCode: 130, summary: { dropped: 1, unfinished: 1 } })
  expect(stderr).toContain('Interrupted')
})

it('sent again later ends a program at once that is still ending', async () => {
  const program = fileURLToPath(new URL('../../src/main/terminal/stop-signals.ts', import.meta.url))
  const code = `import { whenToldToStop } from ${JSON.stringify(program)}
    setInterval(() => undefined, 1_000)
    void whenToldToStop(['SIGINT', 'SIGTERM']).then(() => {
      console.log('ending')
      // As a launcher passes it on, within the moment.
      process.kill(process.pid, 'SIGINT')
    })
    console.log('running')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  expect((await once(lines, 'line'))[0]).toBe('running')
  child.kill('SIGINT')
  expect((await once(lines, 'line'))[0]).toBe('ending')
  await delay(700)
  expect(child.exitCode).toBeNull()
  child.kill('SIGTERM')
  expect(await ended).toEqual([null, 'SIGTERM'])
})
