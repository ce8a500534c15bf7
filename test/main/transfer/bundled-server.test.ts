import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { expect, it, onTestFinished, vi } from 'vitest'
import { BundledServer } from '../../../src/main/transfer/bundled-server.ts'
import type { ServerAddress } from '../../../src/shared/servers.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

/** Starts a server, which the test's end stops. */
function started(
  options: { entry: URL; libraryDir: string },
  onLog: (line: string) => void = () => undefined,
): Promise<ServerAddress> {
  return new Promise((resolve) => {
    const server = new BundledServer(
      { ...options, nodePath: process.execPath, onLog },
      (found) => found && resolve(found),
      () => undefined,
    )
    onTestFinished(() => server.stop())
    server.start()
  })
}

it('keeps its photos in its own folder, whatever server the person has set in the environment', async () => {
  const elsewhere = temporaryFolder()
  vi.stubEnv('DATA_DIR', elsewhere)
  vi.stubEnv('TOKENS', 'somebody-elses-token')
  vi.stubEnv('STORAGE_URL', 's3://no-such-bucket?endpoint=http://127.0.0.1:9')
  vi.stubEnv('DATABASE_URL', 'mysql://nobody@127.0.0.1:9/nothing')
  onTestFinished(() => void vi.unstubAllEnvs())
  const libraryDir = join(temporaryFolder(), 'library')
  const entry = new URL('../../../server/index.ts', import.meta.url)
  const log: string[] = []
  const address = await started({ entry, libraryDir }, (line) => log.push(line))
  expect(address.token).not.toBe('somebody-elses-token')
  expect(existsSync(libraryDir)).toBe(true)
  expect(readdirSync(elsewhere)).toEqual([])
  expect((await fetch(`${address.url}/api/health`)).status).toBe(200)
  const authorization = `Bearer ${address.token}`
  expect((await fetch(`${address.url}/api/task/none`, { headers: { authorization } })).status).toBe(404)
  // A person's terminal is no place for a line about every request.
  expect(log).toEqual([])
})
