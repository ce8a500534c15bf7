/** A MariaDB of the test's own, to be killed and started again; only where its program is installed. */
import { execFile, execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { projectDir, temporaryFolder } from './harness.ts'

const script = join(projectDir, '.ci', 'mariadb')
const env = { PATH: process.env.PATH, HOME: process.env.HOME }

/** Why tests are skipped. */
export const withoutMariadb =
  'Tests with MariaDB are skipped: mariadbd is not installed here (Debian: mariadb-server-core). `npm run test:mariadb` installs it.'

export interface OwnMariadb {
  /** Without a database. */
  readonly url: string
  /** As if the power had gone. */
  kill(): void
  start(): Promise<void>
  stop(): Promise<void>
}

/** @returns undefined where MariaDB is not installed */
export async function ownMariadb(): Promise<OwnMariadb | undefined> {
  try {
    execFileSync('sh', ['-c', 'command -v mariadbd && command -v mariadb && command -v mariadb-install-db'], {
      env,
      stdio: 'ignore',
    })
  } catch {
    return undefined
  }
  const folder = join(temporaryFolder(), 'mariadb')
  const run = (verb: string) => promisify(execFile)(script, [verb, folder], { env })
  const { stdout } = await run('up')
  return {
    url: stdout.trim().replace(/^[^=]*=/, ''),
    kill: () => process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGKILL'),
    start: async () => {
      await run('up')
    },
    stop: async () => {
      await run('down')
    },
  }
}
