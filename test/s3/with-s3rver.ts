/** Runs a command while s3rver is up: `node test/s3/with-s3rver.ts COMMAND…`; the tests then keep their files there. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { s3rverKeys, startS3rver } from './start-s3rver.ts'

const [command = '', ...args] = process.argv.slice(2)
const directory = mkdtempSync(join(tmpdir(), 'photoferry-s3rver-'))
const server = await startS3rver(directory)
const env = { ...process.env, ...s3rverKeys, PHOTOFERRY_TEST_STORAGE: server.url }
const child = spawn(command, args, { stdio: 'inherit', env })
child.on('exit', async (code) => {
  await server.close()
  rmSync(directory, { recursive: true, force: true })
  process.exit(code ?? 1)
})
