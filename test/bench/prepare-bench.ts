/**
 * Measures preparation during uploads: a folder of large photos through `Web gallery` to a server, against bare sharp
 * on all cores in the same run: `npm run bench:prepare [-- --photos N --megapixels N --rounds N]`. Both are measured in turns,
 * once a round, and the best counts, because other programs on the machine disturb both. CPU time, which depends on them least, is reported by process.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { noise } from '../main/images/photos.ts'
import { withExif } from '../main/images/raw-files.ts'
import { Blob, type Ifd, type LaidField, tiff } from '../main/images/tiff-builder.ts'
import { openMeasuredClient } from './a-measured-client.ts'
import { cpuSecondsOf, cpuSecondsOfEnded } from './cpu-time.ts'

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
    [1, 2, 3, 4].map(async (seed) => {
      const path = join(folder, `IMG_${seed}.jpg`)
      writeFileSync(path, await cameraPhoto(seed))
      return path
    }),
  )
  for (let nth = models.length; nth < photos; nth++) {
    const file = readFileSync(models[nth % models.length] ?? '')
    file.write(String(nth).padStart(4, '0'), file.indexOf('Anna'), 'latin1')
    writeFileSync(join(folder, `IMG_${nth + 1}.jpg`), file)
  }
}

/** With a thumbnail, as every camera writes it: what a copy looks like is held against that first. */
async function cameraPhoto(orientation: number): Promise<Buffer> {
  const picture = sharp(noise(width, height, orientation), { raw: { width, height, channels: 3 } })
  const jpeg = await picture.clone().withIccProfile('p3').jpeg({ quality: 95 }).toBuffer()
  const small = await picture.resize(160, 107, { fit: 'fill' }).jpeg({ quality: 80 }).toBuffer()
  const thumbnail: Ifd = {
    fields: [
      [0x0201, 4, new Blob(small)],
      [0x0202, 4, [small.length]],
    ],
  }
  const fields: LaidField[] = [
    [0x010f, 2, 'Ferry'],
    [0x0112, 3, [orientation]],
    [0x8298, 2, 'Anna 0000'],
    [0x8769, 4, { fields: [[0x9003, 2, '2024:05:01 10:11:12']] }],
  ]
  return withExif(jpeg, tiff({ fields, next: thumbnail }))
}

interface Measured {
  readonly seconds: number
  /** User and system time, s: of the image workers, and of the processes around them. */
  readonly cpuSeconds: { readonly images: number; readonly main: number; readonly server: number }
  readonly delayP99Ms: number
}

/** Its event loop's delay is that of an idle process on this machine. */
async function measureBare(source: string, folder: string): Promise<Measured> {
  mkdirSync(folder)
  const cpuBefore = cpuSecondsOfEnded()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const child = spawn(process.execPath, [bareSharp, source, folder], { stdio: 'inherit' })
  const startedAtMs = performance.now()
  const [exitCode] = await once(child, 'exit')
  if (exitCode !== 0) throw new Error(`bare sharp ended with ${exitCode}`)
  const seconds = (performance.now() - startedAtMs) / 1000
  const cpuSeconds = { images: cpuSecondsOfEnded() - cpuBefore, main: 0, server: 0 }
  return { seconds, cpuSeconds, delayP99Ms: delay.percentile(99) / 1e6 }
}

async function measureClient(source: string, folder: string): Promise<Measured> {
  mkdirSync(folder)
  const { client, stored, serverPid, stop } = await openMeasuredClient(folder, 'web-gallery')
  const before = [cpuSecondsOfEnded(), cpuSecondsOf(process.pid), cpuSecondsOf(serverPid)] as const
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const startedAtMs = performance.now()
  delay.enable()
  await client.intake.addPaths([source])
  await client.whenIdle()
  delay.disable()
  const seconds = (performance.now() - startedAtMs) / 1000
  const [main, server] = [cpuSecondsOf(process.pid), cpuSecondsOf(serverPid)]
  await stop()
  const cpuSeconds = {
    images: cpuSecondsOfEnded() - before[0] - server,
    main: main - before[1],
    server: server - before[2],
  }
  const arrived = readdirSync(join(stored, 'photos')).length
  if (arrived !== photos) throw new Error(`${arrived} of ${photos} photos arrived`)
  return { seconds, cpuSeconds, delayP99Ms: delay.percentile(99) / 1e6 }
}

/** Of one round. */
function inWords({ seconds, cpuSeconds: { images, main, server } }: Measured): string {
  const around = main + server > 0 ? `, main ${main.toFixed(1)}, server ${server.toFixed(1)}` : ''
  return `${seconds.toFixed(1)} s (CPU: images ${images.toFixed(1)}${around})`
}

function report(rounds: readonly { bare: Measured; client: Measured }[]): void {
  const least = (of: (measured: Measured) => number) => ({
    bare: Math.min(...rounds.map(({ bare }) => of(bare))),
    client: Math.min(...rounds.map(({ client }) => of(client))),
  })
  const seconds = least((measured) => measured.seconds)
  const images = least(({ cpuSeconds }) => cpuSeconds.images)
  const all = least(({ cpuSeconds }) => cpuSeconds.images + cpuSeconds.main + cpuSeconds.server)
  const delays = least(({ delayP99Ms }) => delayP99Ms)
  const each = (cpu: number) => `${((cpu / photos) * 1000).toFixed(0)} ms`
  console.log(`${photos} photos of ${width} x ${height} pixels under Web gallery, the best of each`)
  console.log(`  bare sharp  ${seconds.bare.toFixed(1)} s, CPU ${each(images.bare)} a photo`)
  console.log(
    `  PhotoFerry  ${seconds.client.toFixed(1)} s with the upload (${(seconds.bare / seconds.client).toFixed(2)} of bare sharp)`,
  )
  console.log(
    `  its image workers' CPU ${each(images.client)} a photo (${(images.bare / images.client).toFixed(2)}), with main and server ${each(all.client)} (${(all.bare / all.client).toFixed(2)})`,
  )
  console.log(
    `  event loop of main: p99 ${delays.client.toFixed(1)} ms; of an idle process ${delays.bare.toFixed(1)} ms`,
  )
}

const folder = mkdtempSync(join(tmpdir(), 'photoferry-prepare-'))
try {
  const source = join(folder, 'photos')
  await writePhotos(source)
  const rounds: { bare: Measured; client: Measured }[] = []
  for (let round = 1; round <= Number(values.rounds); round++) {
    const bare = await measureBare(source, join(folder, `bare-${round}`))
    const client = await measureClient(source, join(folder, `ferry-${round}`))
    rounds.push({ bare, client })
    console.log(`round ${round}: bare sharp ${inWords(bare)}; PhotoFerry ${inWords(client)}`)
  }
  report(rounds)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
