/**
 * Measures preparing under uploads: a folder of large photos through `Web gallery` and to a server, against bare sharp
 * on all cores in the same run: `npm run bench:prepare [-- --photos N --megapixels N --rounds N]`. Each is measured as often
 * as there are rounds, in turns; the best counts, for what else runs on the machine is neither's doing.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { noise, writePhoto } from '../main/workers/photos.ts'
import { openMeasuredFerry } from './a-measured-ferry.ts'

const { values } = parseArgs({
  options: {
    photos: { type: 'string', default: '100' },
    megapixels: { type: 'string', default: '24' },
    rounds: { type: 'string', default: '2' },
  },
})
const photos = Number(values.photos)
const width = Math.round(Math.sqrt(Number(values.megapixels) * 1.5e6))
const height = Math.round(width / 1.5)
const bareSharp = fileURLToPath(new URL('./bare-sharp.ts', import.meta.url))

/** Few different pictures, each many times over under another copyright: making them takes longer than converting them. */
async function writePhotos(folder: string): Promise<void> {
  mkdirSync(folder)
  const models = await Promise.all(
    [1, 2, 3, 4].map((seed) =>
      writePhoto(folder, `IMG_${seed}.jpg`, {
        width,
        height,
        raw: noise(width, height, seed),
        orientation: seed,
      }),
    ),
  )
  for (let nth = models.length; nth < photos; nth++) {
    const file = readFileSync(models[nth % models.length] ?? '')
    file.write(String(nth).padStart(4, '0'), file.indexOf('Anna'), 'latin1')
    writeFileSync(join(folder, `IMG_${nth + 1}.jpg`), file)
  }
}

interface Measured {
  readonly seconds: number
  readonly delayP99Ms: number
}

/** Its event loop's delay is that of a process that does nothing on the machine as it is. */
async function measureBare(source: string, folder: string): Promise<Measured> {
  mkdirSync(folder)
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const child = spawn(process.execPath, [bareSharp, source, folder], { stdio: 'inherit' })
  const startedAtMs = performance.now()
  const [exitCode] = await once(child, 'exit')
  if (exitCode !== 0) throw new Error(`bare sharp ended with ${exitCode}`)
  return { seconds: (performance.now() - startedAtMs) / 1000, delayP99Ms: delay.percentile(99) / 1e6 }
}

async function measureFerry(source: string, folder: string): Promise<Measured> {
  mkdirSync(folder)
  const { ferry, stored, stop } = await openMeasuredFerry(folder, 'web-gallery')
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const startedAtMs = performance.now()
  delay.enable()
  await ferry.addPaths([source])
  await ferry.whenIdle()
  delay.disable()
  const seconds = (performance.now() - startedAtMs) / 1000
  await stop()
  const arrived = readdirSync(join(stored, 'photos')).length
  if (arrived !== photos) throw new Error(`${arrived} of ${photos} photos arrived`)
  return { seconds, delayP99Ms: delay.percentile(99) / 1e6 }
}

const folder = mkdtempSync(join(tmpdir(), 'photoferry-prepare-'))
try {
  const source = join(folder, 'photos')
  await writePhotos(source)
  const best = { bare: Number.POSITIVE_INFINITY, ferry: Number.POSITIVE_INFINITY }
  const delays = { bare: Number.POSITIVE_INFINITY, ferry: Number.POSITIVE_INFINITY }
  for (let round = 1; round <= Number(values.rounds); round++) {
    const bare = await measureBare(source, join(folder, `bare-${round}`))
    const ferry = await measureFerry(source, join(folder, `ferry-${round}`))
    console.log(
      `round ${round}: bare sharp ${bare.seconds.toFixed(1)} s, PhotoFerry ${ferry.seconds.toFixed(1)} s`,
    )
    best.bare = Math.min(best.bare, bare.seconds)
    best.ferry = Math.min(best.ferry, ferry.seconds)
    delays.bare = Math.min(delays.bare, bare.delayP99Ms)
    delays.ferry = Math.min(delays.ferry, ferry.delayP99Ms)
  }
  console.log(`${photos} photos of ${width} x ${height} pixels under Web gallery`)
  console.log(`  bare sharp  ${best.bare.toFixed(1)} s, ${(photos / best.bare).toFixed(2)} photos/s`)
  console.log(
    `  PhotoFerry  ${best.ferry.toFixed(1)} s with the upload (${(best.bare / best.ferry).toFixed(2)} of bare sharp)`,
  )
  console.log(
    `  event loop of main: p99 ${delays.ferry.toFixed(1)} ms; of an idle process ${delays.bare.toFixed(1)} ms`,
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
