/**
 * Measures the server alone under many clients: `npm run bench:load [-- --clients N --uploads N --bytes N --profile DIR]`.
 * The generator shares the machine with the server, so both sides' processor time is told.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { mebibyte, peakBytes } from '../process-memory.ts'
import { cpuSecondsOf } from './cpu-time.ts'
import { type LoadResult, runLoad } from './load-clients.ts'

const { values } = parseArgs({
  options: {
    clients: { type: 'string', default: '200' },
    uploads: { type: 'string', default: '1000' },
    bytes: { type: 'string', default: '10000' },
    profile: { type: 'string' },
  },
})
const entry = fileURLToPath(new URL('../../server/index.ts', import.meta.url))

/** Processor time of a process so far, seconds; highest resident memory, MiB. Linux only. */
function usageOf(pid: number | undefined): { seconds: number; peakMiB: number } {
  const bytes = peakBytes(pid) ?? Number.NaN
  return { seconds: cpuSecondsOf(pid ?? 0), peakMiB: Math.round(bytes / mebibyte) }
}

/** What is wrong with the library: nothing lost, nothing doubled, every byte right. */
function flawsOf(library: string, { stored }: LoadResult): string[] {
  const found = readdirSync(library, { recursive: true, encoding: 'utf8' }).filter((path) =>
    statSync(join(library, path)).isFile(),
  )
  const flaws = found.filter((path) => {
    const md5 = createHash('md5')
      .update(readFileSync(join(library, path)))
      .digest('hex')
    return stored.get(path) !== md5
  })
  if (found.length !== stored.size) flaws.push(`${stored.size} were answered, ${found.length} are there`)
  return flaws
}

function percentile({ latenciesMs }: LoadResult, part: number): number {
  return Math.round(latenciesMs[Math.floor(latenciesMs.length * part)] ?? 0)
}

async function run(folder: string): Promise<void> {
  const profiling = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`]
  const server = spawn(process.execPath, [...profiling, entry, '--port', '0', '--data', folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LOG_LEVEL: 'info', MALLOC_MMAP_THRESHOLD_: '32768' },
  })
  const [line] = await once(createInterface({ input: server.stdout }), 'line')
  const { url, token } = JSON.parse(String(line)) as { url: string; token: string }
  const before = usageOf(server.pid)
  const own = process.cpuUsage()
  const [clients, uploadsEach, bytes] = [values.clients, values.uploads, values.bytes].map(Number)
  const result = await runLoad({
    url,
    token,
    clients: clients ?? 0,
    uploadsEach: uploadsEach ?? 0,
    bytes: bytes ?? 0,
  })
  const after = usageOf(server.pid)
  const { user, system } = process.cpuUsage(own)
  server.kill('SIGTERM')
  await once(server, 'exit')
  const flaws = flawsOf(join(folder, 'uploads'), result)
  const perUpload = ((after.seconds - before.seconds) / result.stored.size) * 1e6
  console.log(
    `${clients} clients, ${uploadsEach} uploads of ${bytes} bytes each, ${cpus().length} processors shared`,
  )
  console.log(
    `  ${(result.stored.size / result.seconds).toFixed(0)} uploads/s in ${result.seconds.toFixed(1)} s`,
  )
  console.log(
    `  an upload took ${percentile(result, 0.5)} ms, 99 of 100 less than ${percentile(result, 0.99)} ms`,
  )
  console.log(
    `  processor: server ${(after.seconds - before.seconds).toFixed(1)} s (${perUpload.toFixed(0)} µs an upload), generator ${((user + system) / 1e6).toFixed(1)} s`,
  )
  console.log(`  server's highest memory ${after.peakMiB} MiB, ${before.peakMiB} MiB before`)
  console.log(
    flaws.length === 0 ? '  nothing lost, nothing doubled' : `  FLAWS: ${flaws.slice(0, 10).join('; ')}`,
  )
  if (flaws.length > 0) process.exitCode = 1
}

const folder = mkdtempSync(join(tmpdir(), 'photoferry-load-'))
try {
  await run(folder)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
