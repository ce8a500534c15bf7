/**
 * Measures how exactly a limit on bandwidth is kept, as the network sees it, over every 10 s:
 * `npm run bench:limit [-- --mbit N --seconds N]`. Small files in bundles, then RAW files, then both.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { endlessPatience, openClient } from '../../src/main/client/client.ts'
import { terminalClient } from '../../src/main/terminal/terminal-client.ts'
import { seeded } from '../crossing/photo-folder.ts'
import { loadCargo, sizes } from './peers/cargo.ts'
import { openFarLine } from './peers/far-line.ts'
import { serve } from './peers/programs.ts'

const { values } = parseArgs({
  options: { mbit: { type: 'string', default: '10' }, seconds: { type: 'string', default: '40' } },
})
const bytesPerSecond = Number(values.mbit) * 125_000
const stepMs = 100
const windowMs = 10_000

/** Of a random file among files of 20 to 100 KB and RAWs, as many of one as of the other by bytes. */
const either = (random: () => number) => (random() < 0.98 ? sizes.small(random) : sizes.raw(random))
const average = { small: 60_000, raw: 5_000_000, mixed: 160_000 }

/** @returns bytes of each step of time */
async function watch(sentBytes: () => number): Promise<number[]> {
  const steps: number[] = []
  const startedMs = performance.now()
  let before = sentBytes()
  for (let step = 1; step * stepMs < Number(values.seconds) * 1000; step++) {
    await delay(Math.max(0, startedMs + step * stepMs - performance.now()))
    const now = sentBytes()
    steps.push(now - before)
    before = now
  }
  return steps
}

async function measure(what: keyof typeof average, sizeOf: (random: () => number) => number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'photoferry-limit-'))
  const count = Math.ceil((bytesPerSecond * (Number(values.seconds) + 15)) / average[what])
  const { source } = loadCargo(folder, count, sizeOf)
  const server = await serve('ferry', folder)
  const line = await openFarLine(server.port, { rttMs: 20, mbit: 1_000, cuts: 0, random: seeded(1) })
  const client = await openClient({
    ...terminalClient,
    stateDir: join(folder, 'state'),
    server: { url: `http://127.0.0.1:${line.port}`, token: server.token },
    bundled: null,
    patience: endlessPatience,
    stillSeconds: 0,
    log: () => undefined,
  })
  try {
    await client.settings.change({ bandwidth: { limitBytesPerSecond: bytesPerSecond, timetable: [] } })
    await client.intake.addPaths([source])
    while (line.sentBytes < bytesPerSecond) await delay(20)
    const steps = await watch(() => line.sentBytes)
    const perWindow = windowMs / stepMs
    const rates = steps.slice(perWindow - 1).map((_, index) => {
      const bytes = steps.slice(index, index + perWindow).reduce((sum, step) => sum + step, 0)
      return bytes / (windowMs / 1000) / bytesPerSecond
    })
    const [least, most] = [Math.min(...rates), Math.max(...rates)]
    console.log(
      `${what}: over every 10 s between ${least.toFixed(3)} and ${most.toFixed(3)} of ${values.mbit} Mbit/s`,
    )
  } finally {
    await client.stop()
    server.child.kill('SIGKILL')
    line.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

await measure('small', sizes.small)
await measure('raw', sizes.raw)
await measure('mixed', either)
