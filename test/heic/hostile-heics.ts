/** HEIC files that lie like those that took decoders down, and randomly damaged ones. */
import { seeded } from '../crossing/photo-folder.ts'
import { type Box, box, changeMeta, withProperties } from './boxes.ts'
import { heic } from './heics.ts'

const whole = heic('photo')

/** Name -> bytes; each lies in one way. */
export function lyingHeics(): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (let tenth = 1; tenth < 10; tenth++) {
    files.set(`cut-${tenth}`, whole.subarray(0, Math.floor((whole.length * tenth) / 10)))
  }
  files.set('empty-but-for-its-name', whole.subarray(0, 28))
  files.set('meta-without-end', lyingSize(0xffff_ffff))
  files.set('meta-of-nothing', lyingSize(4))
  files.set('a-picture-of-65,535-by-65,535', withSize(65_535, 65_535))
  files.set('a-picture-of-4-thousand-million-by-1', withSize(0xffff_ffff, 1))
  files.set('a-picture-of-nothing', withSize(0, 0))
  files.set('boxes-in-boxes', withProperties(whole, [nested(20_000)]))
  files.set('a-gigabyte-of-properties', withProperties(whole, [box('colr', Buffer.from('prof'), 1 << 30)]))
  files.set('a-grid-of-65,536-tiles', withGrid(255, 65_535))
  files.set('a-grid-of-itself', withGrid(1, 128))
  files.set(
    'items-beyond-the-end',
    changed('iloc', (body) => body.fill(0xff, 8)),
  )
  files.set(
    'more-items-than-bytes',
    changed('iinf', (body) => body.fill(0xff, 4, 6)),
  )
  files.set(
    'a-primary-that-is-not-there',
    changed('pitm', (body) => body.fill(0xff, 4)),
  )
  files.set(
    'no-codec',
    changed('iprp', (body) => body.fill(0, body.indexOf('hvcC'), body.indexOf('hvcC') + 120)),
  )
  return files
}

/** Photos in which some bytes are changed; the same seed gives the same ones. */
export function* randomHeics(count: number, seed: number): Generator<Buffer> {
  const random = seeded(seed)
  for (let nth = 0; nth < count; nth++) {
    const file = Buffer.from(whole)
    const changes = 1 + Math.floor(random() * 8)
    // The structure, where lies do the most, comes first in the file.
    for (let change = 0; change < changes; change++) {
      const end = random() < 0.8 ? 900 : file.length
      file.writeUInt8(Math.floor(random() * 256), Math.floor(random() * end))
    }
    yield file
  }
}

function lyingSize(bytes: number): Buffer {
  const file = Buffer.from(whole)
  file.writeUInt32BE(bytes, file.indexOf('meta') - 4)
  return file
}

function withSize(width: number, height: number): Buffer {
  const file = Buffer.from(whole)
  const at = file.indexOf('ispe') + 8
  file.writeUInt32BE(width, at)
  file.writeUInt32BE(height, at + 4)
  return file
}

function nested(levels: number): Buffer {
  const headers = Array.from({ length: levels }, (_, level) =>
    box('ipco', Buffer.alloc(0), (levels - level) * 8),
  )
  return Buffer.concat(headers)
}

/** The primary item becomes a grid whose tiles are all the item itself. */
function withGrid(rowsAndColumns: number, edge: number): Buffer {
  const grid = Buffer.alloc(12)
  grid.set([0, 1, rowsAndColumns, rowsAndColumns])
  grid.writeUInt32BE(edge, 4)
  grid.writeUInt32BE(edge, 8)
  const tiles = (rowsAndColumns + 1) ** 2
  const count = Math.min(tiles, 0xffff)
  const reference = Buffer.alloc(4 + count * 2, Buffer.from([0, 1]))
  reference.writeUInt16BE(1, 0)
  reference.writeUInt16BE(count, 2)
  const file = changeMeta(whole, (boxes) => [
    ...boxes
      .filter(({ type }) => type !== 'iref')
      .map(({ type, body }) => box(type, type === 'iinf' ? asGrid(body) : body)),
    box('iref', Buffer.concat([Buffer.alloc(4), box('dimg', reference)])),
  ])
  const data = file.indexOf('mdat') + 4
  grid.copy(file, data)
  return file
}

/** The first item of `iinf` is of type `grid` instead of `hvc1`. */
function asGrid(body: Buffer): Buffer {
  const changed = Buffer.from(body)
  changed.write('grid', changed.indexOf('hvc1'), 'latin1')
  return changed
}

function changed(type: string, change: (body: Buffer) => void): Buffer {
  return changeMeta(whole, (boxes: readonly Box[]) =>
    boxes.map((one) => {
      const body = Buffer.from(one.body)
      if (one.type === type) change(body)
      return box(one.type, body)
    }),
  )
}
