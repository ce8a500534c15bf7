/**
 * Measures how much of a long line PhotoFerry uses, beside tus, on the same files:
 * `npm run bench:far [-- --rtt ms --mbit N --cuts SHARE --small N --raw N --mixed N --rounds N]`; 0 leaves a kind out.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { seeded } from '../crossing/photo-folder.ts'
import { loadCargo, median, sizes } from './peers/cargo.ts'
import { type Crossing, cross } from './peers/crossing.ts'
import { openFarLine } from './peers/far-line.ts'
import type { Peer } from './peers/programs.ts'

const { values } = parseArgs({
  options: {
    rtt: { type: 'string', default: '60' },
    mbit: { type: 'string', default: '200' },
    cuts: { type: 'string', default: '0' },
    small: { type: 'string', default: '400' },
    raw: { type: 'string', default: '24' },
    mixed: { type: 'string', default: '300' },
    rounds: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
  },
})
const [rttMs, mbit, cuts] = [Number(values.rtt), Number(values.mbit), Number(values.cuts)]
const random = seeded(Number(values.seed))

/** tus-js-client ends where a connection is cut while it begins an upload: it is left out there. */
const compared: readonly Peer[] = cuts > 0 ? ['ferry'] : ['tus', 'ferry']

async function compare(what: keyof typeof sizes, count: number): Promise<void> {
  if (count === 0) return
  const folder = mkdtempSync(join(tmpdir(), 'photoferry-far-'))
  try {
    const cargo = loadCargo(folder, count, sizes[what])
    const limitSeconds = cargo.bytes / (mbit * 125_000)
    console.log(
      `${what}: ${count} files, ${(cargo.bytes / 1e6).toFixed(0)} MB: at best ${limitSeconds.toFixed(1)} s`,
    )
    const measured = new Map<Peer, readonly Crossing[]>()
    for (const peer of compared) {
      const rounds: Crossing[] = []
      for (let round = 0; round < Number(values.rounds); round++) {
        const place = join(folder, `${peer}-${round}`)
        rounds.push(
          await cross(peer, cargo, place, (port) => openFarLine(port, { rttMs, mbit, cuts, random })),
        )
      }
      measured.set(peer, rounds)
    }
    const secondsOf = (peer: Peer) => median(measured.get(peer)?.map(({ seconds }) => seconds) ?? [])
    for (const peer of compared) {
      const seconds = secondsOf(peer)
      const sent = median(measured.get(peer)?.map(({ sentBytes }) => sentBytes ?? 0) ?? [])
      const faster =
        peer === 'ferry' && cuts === 0 ? `, ${(secondsOf('tus') / seconds).toFixed(1)} × tus` : ''
      console.log(
        `  ${peer}: ${seconds.toFixed(1)} s, ${(limitSeconds / seconds).toFixed(2)} of the line${faster}; sent ${(sent / cargo.bytes).toFixed(3)} of the bytes`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

console.log(
  `A line of ${rttMs} ms and ${mbit} Mbit/s, ${cuts * 100} % of connections cut, seed ${values.seed}`,
)
await compare('small', Number(values.small))
await compare('raw', Number(values.raw))
await compare('mixed', Number(values.mixed))
