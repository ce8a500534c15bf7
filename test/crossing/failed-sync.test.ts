/** The uploader against a server whose disk fails to sync once and loses what was written: it sends again, by itself. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { canFailSyncs, failingSync } from '../failing-sync/failing-sync.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { seeded, writeRandomFile } from './photo-folder.ts'
import { upload } from './programs.ts'

const entry = fileURLToPath(new URL('../../server/index.ts', import.meta.url))

describe.runIf(canFailSyncs)('a server whose sync fails', () => {
  it.each([
    ['of a file of a bundle', '/partial/', 30_000, '64K'],
    ['of a file of one chunk', '/partial/', 1_500_000, '2M'],
    ['of a file of several chunks', '/partial/', 1_500_000, '512K'],
    ['of its ledger, for a bundle', 'ledger.db-wal', 300_000, '64K'],
    ['of its ledger, for chunks', 'ledger.db-wal', 1_500_000, '512K'],
  ])('%s gets the file once more, and has it whole', async (_, part, bytes, chunkSize) => {
    const folder = realpathSync(temporaryFolder())
    const [data, scratch] = [join(folder, 'data'), join(folder, 'scratch')]
    for (const needed of [data, scratch, join(folder, 'in')]) mkdirSync(needed)
    const source = join(folder, 'in', 'photo.cr3')
    writeRandomFile(source, bytes, seeded(bytes))
    const syncs = failingSync(scratch, data)
    const args = [entry, '--port', '0', '--data', data, '--chunk-size', chunkSize, '--log-level', 'error']
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, ...syncs.env },
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [line] = await once(createInterface({ input: child.stdout }), 'line')
    syncs.arm(1, part)
    const run = upload(
      [source],
      JSON.parse(String(line)) as { url: string; token: string },
      join(folder, 'state'),
    )
    const { summary } = await run.result
    expect(syncs.failed()).toHaveLength(1)
    expect(summary).toMatchObject({ done: 1, failed: 0 })
    expect(readFileSync(join(data, 'uploads', 'photo.cr3')).equals(readFileSync(source))).toBe(true)
  })
})
