import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { BundledServer } from '../../../src/main/transfer/bundled-server.ts'
import type { ServerAddress } from '../../../src/shared/servers.ts'
import { temporaryFolder } from '../../temporary-folder.ts'

it('keeps its photos in its own folder, whatever server the person has set in the environment', async () => {
  const elsewhere = temporaryFolder()
  vi.stubEnv('DATA_DIR', elsewhere)
  vi.stubEnv('TOKENS', 'somebody-elses-token')
  vi.stubEnv('STORAGE_URL', 's3://no-such-bucket?endpoint=http://127.0.0.1:9')
  vi.stubEnv('DATABASE_URL', 'mysql://nobody@127.0.0.1:9/nothing')
  onTestFinished(() => void vi.unstubAllEnvs())
  const libraryDir = join(temporaryFolder(), 'library')
  const log: string[] = []
  const address = await new Promise<ServerAddress>((resolve) => {
    const server = new BundledServer(
      {
        entry: new URL('../../../server/index.ts', import.meta.url),
        nodePath: process.execPath,
        libraryDir,
        onLog: (line) => log.push(line),
      },
      (found) => found && resolve(found),
      (message) => log.push(message),
    )
    onTestFinished(() => server.stop())
    server.start()
  })
  expect(address.token).not.toBe('somebody-elses-token')
  expect(existsSync(libraryDir)).toBe(true)
  expect(readdirSync(elsewhere)).toEqual([])
  expect((await fetch(`${address.url}/api/health`)).status).toBe(200)
})
