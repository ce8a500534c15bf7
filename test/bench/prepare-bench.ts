/**
 * Measures preparing under uploads: a folder of large photos through `Web gallery` and to a server, against bare sharp
 * on all cores in the same run: `npm run bench:prepare [-- --photos N --megapixels N]`.
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
  options: { photos: { type: 'string', default: '100' }, megapixels: { type: 'string', default: '24' } },
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

async function measureBare(source: string, folder: string): Promise<number> {
  mkdirSync(folder)
  const child = spawn(process.execPath, [bareSharp, source, folder], { stdio: 'inherit' })
  const startedAtMs = performance.now()
  const [exitCode] = await once(child, 'exit')
  if (exitCode !== 0) throw new Error(`bare sharp ended with ${exitCode}`)
  return (performance.now() - startedAtMs) / 1000
}

interface Measured {
  readonly seconds: number
  readonly delayP99Ms: number
}

async function measureFerry(source: string, folder: string): Promise<Measured> {
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
  const bareSeconds = await measureBare(source, join(folder, 'bare'))
  const { seconds, delayP99Ms } = await measureFerry(source, folder)
  console.log(`${photos} photos of ${width} x ${height} pixels under Web gallery`)
  console.log(`  bare sharp  ${bareSeconds.toFixed(1)} s, ${(photos / bareSeconds).toFixed(2)} photos/s`)
  console.log(
    `  PhotoFerry  ${seconds.toFixed(1)} s with the upload (${(bareSeconds / seconds).toFixed(2)} of bare sharp)`,
  )
  console.log(`  event loop of main: p99 ${delayP99Ms.toFixed(1)} ms`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
