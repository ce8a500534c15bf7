/**
 * Measures `photoferry upload` to `photoferry serve` side by side with bare PUTs and with tus on the same files, each as
 * processes of their own, medians of several rounds: `npm run bench [-- --large MiB --raw N --small N --rounds N]`.
 * 0 leaves a kind of file out.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { mebibyte } from '../process-memory.ts'
import { loadCargo, median, sizes } from './peers/cargo.ts'
import { type Crossing, cross } from './peers/crossing.ts'
import { type Peer, peers } from './peers/programs.ts'

const { values } = parseArgs({
  options: {
    large: { type: 'string', default: '1024' },
    raw: { type: 'string', default: '100' },
    small: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
    /** Where the files lie: the disk that is measured. */
    folder: { type: 'string', default: tmpdir() },
  },
})

const names: Readonly<Record<Peer, string>> = {
  bare: 'bare PUT',
  synced: 'bare PUT, each file synced',
  tus: 'tus-js-client to @tus/server',
  ferry: 'PhotoFerry',
}

async function compare(what: string, count: number, sizeOf: (random: () => number) => number): Promise<void> {
  if (count === 0) return
  const folder = mkdtempSync(join(values.folder, 'photoferry-bench-'))
  try {
    const cargo = loadCargo(folder, count, sizeOf)
    const measured = Object.fromEntries(peers.map((peer) => [peer, [] as Crossing[]])) as Record<
      Peer,
      Crossing[]
    >
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const peer of peers) {
        const place = join(folder, peer)
        measured[peer].push(await cross(peer, cargo, place))
        rmSync(place, { recursive: true, force: true })
      }
    }
    console.log(`${what}: ${count} files, ${(cargo.bytes / 1e6).toFixed(0)} MB`)
    for (const peer of peers) console.log(`  ${lineOf(peer, measured, count, cargo.bytes)}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function lineOf(peer: Peer, measured: Record<Peer, Crossing[]>, count: number, bytes: number): string {
  const middle = (of: Peer, figure: (one: Crossing) => number) => median(measured[of].map(figure))
  const seconds = middle(peer, (one) => one.seconds)
  const cpu = (of: Peer) => middle(of, (one) => one.clientCpu + one.serverCpu)
  const ratios = (['bare', 'synced', 'tus'] as const)
    .map((other) => `${(middle(other, (one) => one.seconds) / seconds).toFixed(2)} of ${other}`)
    .join(', ')
  const memory = [middle(peer, (one) => one.clientMiB), middle(peer, (one) => one.serverMiB)].join(' + ')
  return [
    names[peer].padEnd(29),
    `${(bytes / 1e6 / seconds).toFixed(0)} MB/s, ${(count / seconds).toFixed(0)} files/s (${ratios})`,
    `processor ${cpu(peer).toFixed(1)} s (${(cpu(peer) / cpu('bare')).toFixed(1)} of bare)`,
    `memory ${memory} MiB`,
  ].join('; ')
}

await compare('One large file', Number(values.large) > 0 ? 1 : 0, () => Number(values.large) * mebibyte)
await compare('RAW files', Number(values.raw), sizes.raw)
await compare('Small files', Number(values.small), sizes.small)
