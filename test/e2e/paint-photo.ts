/** Paints photos for pictures of the window: landscapes of light, hills and water, each from its number, so that every run paints the same. */
import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import sharp from 'sharp'
import { seeded } from '../crossing/photo-folder.ts'

/** Hues of a day: dawn, noon, dusk, night, overcast. */
const skies = [
  ['#f6d6a8', '#e08d79', '#5d4a66'],
  ['#cfe6f2', '#7fb2d1', '#3f7fa8'],
  ['#f3b26b', '#b5515a', '#372a4a'],
  ['#8fa3c4', '#33466f', '#121a33'],
  ['#e3e4e2', '#b4bcc2', '#77838c'],
] as const

/** A line of hills from the left edge to the right, closed at the bottom. */
function hills(random: () => number, height: number, rough: number): string {
  const points = Array.from({ length: 9 }, (_, at) => `${at * 150},${height + (random() - 0.5) * rough}`)
  return `M0,${height} L${points.join(' L')} L1200,800 L0,800 Z`
}

function scene(seed: number): string {
  const random = seeded(seed * 7919 + 13)
  const [high, middle, low] = skies[seed % skies.length] ?? skies[0]
  const sunX = 150 + random() * 900
  const horizon = 380 + random() * 160
  const layers = [0, 1, 2].map((depth) => {
    const opacity = 0.35 + depth * 0.25
    return `<path d="${hills(random, horizon + depth * 95, 170 - depth * 30)}" fill="${low}" opacity="${opacity}"/>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800"><defs>
    <linearGradient id="s" x2="0" y2="1"><stop stop-color="${low}"/><stop offset=".45" stop-color="${middle}"/><stop offset=".7" stop-color="${high}"/></linearGradient>
    <radialGradient id="g"><stop stop-color="#fff" stop-opacity=".95"/><stop offset=".25" stop-color="${high}" stop-opacity=".6"/><stop offset="1" stop-color="${high}" stop-opacity="0"/></radialGradient></defs>
    <rect width="1200" height="800" fill="url(#s)"/><circle cx="${sunX}" cy="${horizon - 60}" r="260" fill="url(#g)"/>${layers.join('')}</svg>`
}

/** Writes a JPEG of 1200 × 800 pixels with what a camera writes into it; some of them upright. */
export async function paintPhoto(path: string, seed: number): Promise<void> {
  mkdirSync(dirname(path), { recursive: true })
  const noise = { type: 'gaussian', mean: 128, sigma: 14 } as const
  const grain = await sharp({
    create: { width: 1200, height: 800, channels: 3, background: '#808080', noise },
  })
    .png({ compressionLevel: 0 })
    .toBuffer()
  const picture = sharp(Buffer.from(scene(seed))).composite([{ input: grain, blend: 'soft-light' }])
  const minute = String(10 + (seed % 49))
  const exif = {
    IFD0: { Make: 'Canon', Model: 'Canon EOS R6' },
    IFD2: {
      DateTimeOriginal: `2026:06:13 15:${minute}:07`,
      ExposureTime: '1/250',
      FNumber: '28/10',
      ISOSpeedRatings: '400',
      FocalLength: '35/1',
      LensModel: 'RF35mm F1.8 MACRO IS STM',
    },
  }
  const pixels = sharp(await picture.png({ compressionLevel: 0 }).toBuffer())
  const upright = seed % 7 === 3 ? pixels.extract({ left: 330, top: 0, width: 540, height: 800 }) : pixels
  await writeFile(path, await upright.jpeg({ quality: 86 }).withExif(exif).toBuffer())
}
