/** Files that decoders choke on, under names that promise photos. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { lyingHeics } from '../../heic/hostile-heics.ts'
import { noise, writePhoto } from '../images/photos.ts'

/** Writes them all into a new folder; returns its absolute path. */
export async function hostileFolder(parent: string): Promise<string> {
  const folder = join(parent, 'hostile')
  mkdirSync(folder)
  const good = readFileSync(
    await writePhoto(parent, 'whole.jpg', { width: 900, height: 600, raw: noise(900, 600) }),
  )
  for (let tenth = 1; tenth < 10; tenth++) {
    writeFileSync(join(folder, `cut-${tenth}.jpg`), good.subarray(0, Math.floor((good.length * tenth) / 10)))
  }
  for (const [name, bytes] of lyingHeics()) writeFileSync(join(folder, `${name}.heic`), bytes)
  writeFileSync(join(folder, 'empty.jpg'), '')
  writeFileSync(join(folder, 'giant.png'), giantPng(65_535))
  writeFileSync(join(folder, 'page.jpg'), '<!doctype html><title>no photo</title>')
  writeFileSync(
    join(folder, 'drawing.svg'),
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>',
  )
  renameSync(await writePhoto(folder, 'scan.tiff', { format: 'tiff' }), join(folder, 'scan.png'))
  if (process.platform !== 'win32') execFileSync('mkfifo', [join(folder, 'pipe.jpg')])
  return folder
}

/** A picture that is small on disk and 588 MB in memory. */
export async function writeBomb(folder: string): Promise<string> {
  const path = join(folder, 'bomb.png')
  const background = '#406080'
  await sharp({ create: { width: 14_000, height: 14_000, channels: 3, background }, limitInputPixels: false })
    .png({ compressionLevel: 1 })
    .toFile(path)
  return path
}

/** A PNG whose header promises edge by edge pixels and whose body holds next to nothing. */
function giantPng(edge: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(edge, 0)
  header.writeUInt32BE(edge, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const body = deflateSync(Buffer.alloc(1_000))
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', body),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const frame = Buffer.alloc(content.length + 12)
  frame.writeUInt32BE(content.length, 0)
  frame.write(type, 4, 'latin1')
  content.copy(frame, 8)
  frame.writeUInt32BE(crc32(frame.subarray(4, content.length + 8)), content.length + 8)
  return frame
}
