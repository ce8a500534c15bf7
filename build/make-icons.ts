/**
 * Draws the app's icons from icon.svg, in the sizes and formats that each system asks for; run by `npm run icons` when
 * the drawing changes. Electron's packagers find icon.icns, icon.ico and icon.png in this folder by their names.
 */
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Apple's four letters for a PNG of so many pixels; some sizes stand twice, for screens of double density. */
const appleTypes: readonly (readonly [type: string, pixels: number])[] = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic13', 256],
  ['ic09', 512],
  ['ic14', 512],
  ['ic10', 1024],
]
const windowsSizes = [16, 24, 32, 48, 64, 128, 256]

function png(pixels: number, drawing = 'icon.svg'): Promise<Buffer> {
  return sharp(here(drawing), { density: (72 * pixels) / 1024 })
    .resize(pixels, pixels)
    .png({ compressionLevel: 9 })
    .toBuffer()
}

/** Big-endian: a name, the length with these eight bytes, the content. */
function appleChunk(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8)
  head.write(type, 'latin1')
  head.writeUInt32BE(content.length + 8, 4)
  return Buffer.concat([head, content])
}

async function icns(): Promise<Buffer> {
  const chunks = await Promise.all(
    appleTypes.map(async ([type, pixels]) => appleChunk(type, await png(pixels))),
  )
  return appleChunk('icns', Buffer.concat(chunks))
}

/** Little-endian: a head, an entry for each size, then the images, as PNG since Windows Vista. */
async function ico(): Promise<Buffer> {
  const images = await Promise.all(windowsSizes.map((pixels) => png(pixels)))
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let offset = head.length
  images.forEach((image, nth) => {
    const entry = 6 + 16 * nth
    // One byte holds up to 255; 0 stands for 256.
    const pixels = (windowsSizes[nth] ?? 0) % 256
    head.writeUInt8(pixels, entry)
    head.writeUInt8(pixels, entry + 1)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(image.length, entry + 8)
    head.writeUInt32LE(offset, entry + 12)
    offset += image.length
  })
  return Buffer.concat([head, ...images])
}

await writeFile(here('icon.icns'), await icns())
await writeFile(here('icon.ico'), await ico())
await writeFile(here('icon.png'), await png(1024))
await writeFile(here('../src/renderer/public/icon.png'), await png(256))
// The menu bar of macOS: black and clear only, at 18 points.
await writeFile(here('../src/renderer/public/trayTemplate.png'), await png(18, 'tray.svg'))
await writeFile(here('../src/renderer/public/trayTemplate@2x.png'), await png(36, 'tray.svg'))
