/**
 * Makes the HEIC files beside it: `node test/heic/make-fixtures.ts`. Needs heif-enc with its x265 encoder (on Debian
 * the package libheif-examples), for nothing on npm encodes HEVC; that is why the files are kept.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { uncompressedTiff } from '../../src/main/images/formats/tiff/uncompressed-tiff.ts'
import { chart, type SpaceName, spaces } from '../main/images/colour-chart.ts'
import { pixels, writePhoto } from '../main/images/photos.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const work = mkdtempSync(join(tmpdir(), 'photoferry-heic-'))
const [width, height] = [96, 64]
/** As every phone and camera adds one. */
const preview = ['-t', '72']

function encode(name: string, sources: readonly string[], ...flags: string[]): void {
  execFileSync('heif-enc', [...flags, '-o', join(folder, name), ...sources], { stdio: 'inherit' })
}

/** As phones write it, but not rotated: the tests do that. Its EXIF says 6, which no reader of HEIC may follow. */
const photo = await writePhoto(work, 'photo.jpg', { width, height, orientation: 6 })
encode('photo.heic', [photo], '-q', '90', ...preview)
encode('two-pictures.heic', [photo, photo], '-q', '50', ...preview)

const plain = join(work, 'plain.png')
await sharp(pixels(width, height), { raw: { width, height, channels: 3 } })
  .png()
  .toFile(plain)
encode('plain.heic', [plain], '-q', '90', ...preview)
encode('without-preview.heic', [plain], '-q', '90')

const lossy = ['-q', '95', '-p', 'chroma=444', '-t', '120']
for (const space of Object.keys(spaces) as SpaceName[]) {
  const file = space.toLowerCase().replaceAll(' ', '-')
  const eight = join(work, `${file}.png`)
  await chart(space).png().toFile(eight)
  encode(`chart-${file}.heic`, [eight], ...lossy)
  const sixteen = join(work, `${file}-16.png`)
  await chart(space).toColourspace('rgb16').png().toFile(sixteen)
  encode(`chart-${file}-10-bit.heic`, [sixteen], ...lossy, '-b', '10')
}

/** A megapixel in a few kilobytes, for runs of thousands. */
const meadow = { width: 1280, height: 960, channels: 3, bits: 8, icc: spaces['Display P3'].icc } as const
const slopes = (at: number) => 120 + 90 * Math.sin(at / 700_000) + 20 * Math.sin(at / 97)
const tiff = uncompressedTiff(meadow, (raw) => raw.set(raw.map((_, at) => slopes(at))))
await sharp(tiff).keepIccProfile().png().toFile(join(work, 'meadow.png'))
encode('meadow.heic', [join(work, 'meadow.png')], '-q', '40')
encode('meadow-with-thumbnail.heic', [join(work, 'meadow.png')], '-q', '40', '-t', '320')
rmSync(work, { recursive: true })
