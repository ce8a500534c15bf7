/**
 * Measures how long files that decoders choke on delay the queue. They are uploaded under `Web gallery`, mixed with good
 * photos: `npm run bench:hostile`. Prints the longest time in which no file finished, with and without them.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { isFinished } from '../../src/shared/upload.ts'
import { noise, writePhoto } from '../main/images/photos.ts'
import { hostileFolder, writeBomb } from '../main/pipeline/hostile-photos.ts'
import { openMeasuredClient, workersMiB } from './a-measured-client.ts'

const goodPhotos = 40
const pages = 10_000
const metadataBytes = 40 << 20

/** Good ones lie beside each of the hostile ones, in the order of names. */
async function writeGood(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const photo = { width: 3000, height: 2000, raw: noise(3000, 2000, 1) }
  const model = await writePhoto(folder, 'model.jpg', photo)
  for (let nth = 0; nth < goodPhotos; nth++) {
    const name = `${String.fromCharCode(97 + (nth % 26))}-good-${nth}.jpg`
    await sharp(model)
      .withExif({ IFD0: { Copyright: `${nth}` } })
      .toFile(join(folder, name))
  }
  rmSync(model)
}

async function writeHostile(parent: string): Promise<string> {
  const folder = await hostileFolder(parent)
  await writeBomb(folder)
  const raw = { width: 8, height: 8 * pages, channels: 3 as const, pageHeight: 8 }
  await sharp(Buffer.alloc(raw.width * raw.height * 3, 0x88), { raw })
    .tiff({ compression: 'deflate' })
    .toFile(join(folder, 'pages.tiff'))
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/">${' '.repeat(metadataBytes)}</x:xmpmeta>`
  await sharp({ create: { width: 900, height: 600, channels: 3, background: '#888' } })
    .withXmp(xmp)
    .webp()
    .toFile(join(folder, 'huge-xmp.webp'))
  symlinkSync('/etc/passwd', join(folder, 'link.jpg'))
  if (process.getuid?.() === 0) execFileSync('mknod', [join(folder, 'device.jpg'), 'c', '1', '5'])
  return folder
}

/** @returns ms; how many files ended in which status; MiB of the largest image worker seen */
async function run(folder: string, sources: readonly string[]) {
  const { client, stop } = await openMeasuredClient(folder, 'web-gallery')
  const ends = new Map<string, string>()
  let lastMs = performance.now()
  let longestMs = 0
  let largestMiB = 0
  client.feed.subscribe(({ items }) => {
    for (const { id, state } of items) {
      if (ends.has(id) || !isFinished(state.status)) continue
      ends.set(id, state.status)
      longestMs = Math.max(longestMs, performance.now() - lastMs)
      lastMs = performance.now()
    }
  })
  const watching = setInterval(() => {
    largestMiB = Math.max(largestMiB, ...workersMiB())
  }, 100)
  await client.intake.addPaths([...sources])
  lastMs = performance.now()
  await client.whenIdle()
  clearInterval(watching)
  await stop()
  const counts = Object.entries(Object.groupBy(ends.values(), (end) => end))
  const told = counts.map(([end, all]) => `${all?.length} ${end}`).join(', ')
  return { longestMs: Math.round(longestMs), told, largestMiB }
}

const folder = mkdtempSync(join(tmpdir(), 'photoferry-hostile-'))
try {
  const good = join(folder, 'good')
  await writeGood(good)
  const hostile = await writeHostile(folder)
  const mixed = join(folder, 'mixed')
  execFileSync('cp', ['-a', good, mixed])
  for (const name of readdirSync(hostile)) execFileSync('cp', ['-a', join(hostile, name), mixed])
  for (const [what, sources] of [
    ['good photos alone', good],
    ['with hostile files', mixed],
  ] as const) {
    const { longestMs, told, largestMiB } = await run(join(folder, `run ${what}`), [sources])
    console.log(
      `${what}: ${told}; longest time in which no file finished ${longestMs} ms; largest worker ${largestMiB} MiB`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
