/**
 * Measures lists of a library of a million files, in a real server over a real ledger whose rows are made here:
 * `npm run bench:listing [-- --files N]`. The baseline is the same request for one file.
 */
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { routes } from '../../src/shared/protocol/wire.ts'
import { start, temporaryFolder } from '../server/harness.ts'

const { values } = parseArgs({ options: { files: { type: 'string', default: '1000000' } } })
const count = Number(values.files)
const perFolder = 10_000
const repetitions = 15

const dataDir = temporaryFolder()
const made = await start({ dataDir })
await made.server.close()
fill(join(dataDir, '.photoferry', 'ledger.db'))
const { server, client } = await start({ dataDir })

function fill(path: string): void {
  const database = new DatabaseSync(path)
  const insert = database.prepare(
    `INSERT INTO files (task_id, stored_path, requested_path, size, md5, sha256, mtime_ms, stored_at_ms, verified_at_ms,
      checked_at_ms) VALUES (?, ?, ?, 30000, ?, ?, 1e12, 1e12, 1e12, 1e12)`,
  )
  database.exec('BEGIN')
  for (let number = 0; number < count; number++) {
    const folder = String(Math.floor(number / perFolder)).padStart(4, '0')
    const stored = `2026/${folder}/IMG_${String(number % perFolder).padStart(5, '0')}.JPG`
    const digest = createHash('sha256').update(stored).digest('hex')
    insert.run(digest.slice(0, 32), stored, stored, digest.slice(0, 32), digest)
  }
  database.exec('COMMIT')
  database.close()
}

/** @returns ms, the median */
async function medianOf(work: () => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  for (let turn = 0; turn < repetitions; turn++) {
    const sinceMs = performance.now()
    await work()
    taken.push(performance.now() - sinceMs)
  }
  return taken.sort((one, other) => one - other)[repetitions >> 1] ?? 0
}

async function ask(
  query: Record<string, string>,
): Promise<{ files: unknown[]; folders: unknown[]; next: string | null }> {
  const answer = await client.request('GET', routes.files(query))
  if (answer.status !== 200) throw new Error(JSON.stringify(answer.body))
  return answer.body as never
}

async function wholeFolder(folder: string): Promise<void> {
  for (let after: string | null | undefined; after !== null; )
    after = (await ask({ folder, depth: '1', ...(after !== undefined && { after }) })).next
}

/** As WebDAV asks: all of a folder in one answer. */
async function propfind(folder: string): Promise<void> {
  const headers = { depth: '1', authorization: `Bearer ${server.token}` }
  const answer = await fetch(`${server.url}/dav/${folder}/`, { method: 'PROPFIND', headers })
  const answered = (await answer.text()).split('<D:response').length - 1
  if (answer.status !== 207 || answered < perFolder) throw new Error(`${answer.status}, ${answered} answered`)
}

const middle = `2026/${String(Math.floor(count / perFolder / 2)).padStart(4, '0')}`
const one = await medianOf(() => ask({ limit: '1' }))
const print = (what: string, ms: number) =>
  console.log(`${what.padEnd(56)} ${ms.toFixed(1).padStart(8)} ms  ${(ms / one).toFixed(1)} of one file`)
console.log(
  `${count.toLocaleString('en')} files, ${perFolder.toLocaleString('en')} to a folder; medians of ${repetitions}`,
)
print('one file', one)
print('a page of 1,000, at the beginning', await medianOf(() => ask({ limit: '1000' })))
print(
  'a page of 1,000, in the middle',
  await medianOf(() => ask({ limit: '1000', after: `${middle}/IMG_00500.JPG` })),
)
print('the folders of the year', await medianOf(() => ask({ folder: '2026', depth: '1' })))
print('a folder of 10,000, whole', await medianOf(() => wholeFolder(middle)))
print('PROPFIND of a folder of 10,000', await medianOf(() => propfind(middle)))
console.log(`server and bench together: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`)
await server.close()
rmSync(dataDir, { recursive: true, force: true })
