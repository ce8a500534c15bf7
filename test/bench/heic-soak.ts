/**
 * Uploads thousands of HEIC photos at once: the image workers' memory must not grow. `npm run soak:heic [-- --photos N]`.
 * Linux only: memory is read from /proc.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { box } from '../heic/boxes.ts'
import { heic } from '../heic/heics.ts'
import { openMeasuredClient, workersMiB } from './a-measured-client.ts'

const { values } = parseArgs({ options: { photos: { type: 'string', default: '2000' } } })
const photos = Number(values.photos)
const photosPerLine = 200

const folder = mkdtempSync(join(tmpdir(), 'photoferry-soak-'))
const source = join(folder, 'phone')
mkdirSync(source)
const photo = heic('meadow-with-thumbnail')
for (let nth = 0; nth < photos; nth++) {
  // No two originals are the same.
  const file = Buffer.concat([photo, box('free', Buffer.from(String(nth)))])
  writeFileSync(join(source, `IMG_${String(nth).padStart(5, '0')}.HEIC`), file)
}
const { client, stop } = await openMeasuredClient(folder, 'archive-jpeg')
const peaks: number[] = []
let converted = 0
let failed = 0
client.feed.subscribe(({ overview }) => {
  converted = overview.totals.counts.done
  failed = overview.totals.counts.failed
})
const sampling = setInterval(() => {
  const line = Math.floor(converted / photosPerLine)
  peaks[line] = Math.max(peaks[line] ?? 0, ...workersMiB())
}, 100)
const startedAtMs = performance.now()
await client.intake.addPaths([source])
await client.whenIdle()
clearInterval(sampling)
const seconds = (performance.now() - startedAtMs) / 1000
console.log(
  `${photos} HEICs of 1.2 megapixels as JPEG and uploaded in ${seconds.toFixed(0)} s; ${failed} failed`,
)
for (const [line, peak] of peaks.entries()) {
  console.log(
    `  photos ${line * photosPerLine + 1} to ${(line + 1) * photosPerLine}: the largest image worker held ${peak} MiB`,
  )
}
await stop()
rmSync(folder, { recursive: true, force: true })
