/**
 * Measures whole jobs of many small files, and the same command again when all of them are stored: time, memory, and how late
 * both event loops run: `npm run bench:many [-- --files 1000,10000,100000 --bytes N --rtt ms --mbit N]`. A line is put between
 * where `--rtt` is above 0. A cost that grows faster than the work shows as a falling count of files a second.
 */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seeded } from '../crossing/photo-folder.ts'
import { loadCargo } from './peers/cargo.ts'
import { openFarLine } from './peers/far-line.ts'
import { clientArgs, peakMiB, type RunningServer, runClient, serve } from './peers/programs.ts'

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000,10000,100000' },
    bytes: { type: 'string', default: '30000' },
    rtt: { type: 'string', default: '0' },
    mbit: { type: 'string', default: '200' },
    /** Where the files lie: the disk that is measured. */
    folder: { type: 'string', default: tmpdir() },
  },
})
const rttMs = Number(values.rtt)

function latenessIn(file: string): string {
  const { p99Ms, mostMs } = JSON.parse(readFileSync(file, 'utf8')) as { p99Ms: number; mostMs: number }
  return `late p99 ${p99Ms.toFixed(0)} ms, most ${mostMs.toFixed(0)} ms`
}

async function openLine({ port }: RunningServer) {
  if (rttMs === 0) return { port, sentBytes: 0, close: () => undefined }
  return openFarLine(port, { rttMs, mbit: Number(values.mbit), cuts: 0, random: seeded(1) })
}

async function measure(count: number): Promise<void> {
  const folder = mkdtempSync(join(values.folder, 'photoferry-many-'))
  try {
    const cargo = loadCargo(folder, count, () => Number(values.bytes))
    mkdirSync(join(folder, 'data'))
    const lateness = { client: join(folder, 'client.json'), server: join(folder, 'server.json') }
    const server = await serve('ferry', folder, lateness.server)
    const line = await openLine(server)
    console.log(`${count} files, ${(cargo.bytes / 1e6).toFixed(0)} MB`)
    for (const [what, state] of [
      ['first', 'state-1'],
      ['again, the queue kept', 'state-1'],
      ['again, from another computer', 'state-2'],
    ] as const) {
      const before = line.sentBytes
      const args = clientArgs('ferry', cargo, { ...server, port: line.port }, join(folder, state))
      const { seconds, clientMiB } = await runClient(args, lateness.client)
      const sent = rttMs === 0 ? '' : `; sent ${((line.sentBytes - before) / 1e6).toFixed(1)} MB`
      console.log(
        `  ${what}: ${seconds.toFixed(1)} s, ${(count / seconds).toFixed(0)} files/s${sent}; client ${clientMiB} MiB, ${latenessIn(lateness.client)}; server ${peakMiB(server.child.pid)} MiB`,
      )
    }
    server.child.kill('SIGTERM')
    await once(server.child, 'exit')
    line.close()
    console.log(`  server ${latenessIn(lateness.server)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

for (const count of values.files.split(',').map(Number)) await measure(count)
