/** Edits the boxes (ISO/IEC 14496-12) of HEIC files for tests. */

export interface Box {
  readonly type: string
  /** Without its header of 8 bytes. */
  readonly body: Buffer
}

/** A box as bytes; its size can be made to lie. */
export function box(type: string, body: Buffer, size = body.length + 8): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(size)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, body])
}

/** The boxes one after another in `bytes`. */
function boxesIn(bytes: Buffer): Box[] {
  const found: Box[] = []
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = bytes.readUInt32BE(at) || bytes.length - at
    found.push({ type: bytes.toString('latin1', at + 4, at + 8), body: bytes.subarray(at + 8, at + size) })
    at += size
  }
  return found
}

/** Bytes of a file's `meta` box that come before its boxes. */
const metaHead = 4

/** Changes the boxes inside `meta`, and the offsets of what moves behind it. */
export function changeMeta(file: Buffer, change: (boxes: readonly Box[]) => readonly Buffer[]): Buffer {
  const parts = boxesIn(file)
  const meta = parts.find(({ type }) => type === 'meta')?.body ?? Buffer.alloc(metaHead)
  const children = change(boxesIn(meta.subarray(metaHead)))
  const changed = Buffer.concat([meta.subarray(0, metaHead), ...children])
  const moved = changed.length - meta.length
  const whole = parts.map(({ type, body }) => box(type, type === 'meta' ? moveExtents(changed, moved) : body))
  return Buffer.concat(whole)
}

/** Gives the picture and its thumbnail further properties, such as turns and mirrorings. */
export function withProperties(file: Buffer, properties: readonly Buffer[]): Buffer {
  return changeMeta(file, (boxes) =>
    boxes.map(({ type, body }) => {
      if (type !== 'iprp') return box(type, body)
      const [container, association] = boxesIn(body)
      if (!container || !association) throw new Error('not a file that heif-enc wrote')
      const first = boxesIn(container.body).length + 1
      const more = Buffer.from(properties.map((_, index) => 0x80 | (first + index)))
      return box(
        'iprp',
        Buffer.concat([
          box('ipco', Buffer.concat([container.body, ...properties])),
          box('ipma', withMore(association.body, more, notIn(tilesIn(boxes)))),
        ]),
      )
    }),
  )
}

/** The items that only are parts of others: what turns a picture does not turn its tiles. */
function tilesIn(boxes: readonly Box[]): Set<number> {
  const references = boxes.find(({ type }) => type === 'iref')?.body.subarray(4) ?? Buffer.alloc(0)
  const made = boxesIn(references).filter(({ type }) => type === 'dimg')
  return new Set(
    made.flatMap(({ body }) =>
      Array.from({ length: body.readUInt16BE(2) }, (_, nth) => body.readUInt16BE(4 + nth * 2)),
    ),
  )
}

/** Version 0 with indices of one byte: after 8 bytes the item, the count of its properties, and these; only pictures have any. */
function withMore(association: Buffer, more: Buffer, isMeant: (item: number) => boolean): Buffer {
  const parts: Buffer[] = [association.subarray(0, 8)]
  for (let at = 8; at + 3 <= association.length; ) {
    const count = association.readUInt8(at + 2)
    const added = isMeant(association.readUInt16BE(at)) ? more : Buffer.alloc(0)
    const head = Buffer.from(association.subarray(at, at + 3))
    head.writeUInt8(count + added.length, 2)
    parts.push(head, association.subarray(at + 3, at + 3 + count), added)
    at += 3 + count
  }
  return Buffer.concat(parts)
}

const notIn = (items: ReadonlySet<number>) => (item: number) => !items.has(item)

/**
 * Makes a picture a part of another one, as gain maps and depth maps are (ISO/IEC 23008-12, 6.5.8).
 * @param kind a URN
 */
export function asAuxiliary(file: Buffer, item: number, of: number, kind: string): Buffer {
  const reference = Buffer.alloc(6)
  reference.writeUInt16BE(item, 0)
  reference.writeUInt16BE(1, 2)
  reference.writeUInt16BE(of, 4)
  const property = box('auxC', Buffer.from(`\0\0\0\0${kind}\0`, 'latin1'))
  return changeMeta(file, (boxes) =>
    boxes.map(({ type, body }) => {
      if (type === 'iref') return box(type, Buffer.concat([body, box('auxl', reference)]))
      if (type !== 'iprp') return box(type, body)
      const [container, association] = boxesIn(body)
      if (!container || !association) throw new Error('not a file that heif-enc wrote')
      const more = Buffer.from([0x80 | (boxesIn(container.body).length + 1)])
      const properties = box('ipco', Buffer.concat([container.body, property]))
      const isMeant = (one: number) => one === item
      return box('iprp', Buffer.concat([properties, box('ipma', withMore(association.body, more, isMeant))]))
    }),
  )
}

/** `irot` in steps of 90 degrees counterclockwise; `imir`: 0 exchanges top and bottom, 1 left and right. */
const turned = (steps: number) => box('irot', Buffer.from([steps]))
const mirrored = (axis: 0 | 1) => box('imir', Buffer.from([axis]))

/** Colours named by number, as ITU-T H.273 counts them. */
export function namedColours(primaries: number, transfer: number): Buffer {
  const body = Buffer.from('nclx\0\0\0\0\0\x06\x80', 'latin1')
  body.writeUInt16BE(primaries, 4)
  body.writeUInt16BE(transfer, 6)
  return box('colr', body)
}

/** The properties that do what an EXIF orientation from 1 to 8 asks for, in the order in which they apply. */
export const orientationProperties: readonly (readonly Buffer[])[] = [
  [],
  [mirrored(1)],
  [turned(2)],
  [mirrored(0)],
  [mirrored(1), turned(1)],
  [turned(3)],
  [mirrored(1), turned(3)],
  [turned(1)],
]

/** @param meta as heif-enc writes it: an `iloc` that gives each item a base offset of 4 bytes */
function moveExtents(meta: Buffer, bytes: number): Buffer {
  const moved = Buffer.from(meta)
  // Where nothing moves the extents may lie.
  if (bytes === 0) return moved
  const at = moved.indexOf('iloc', 0, 'latin1') + 4
  const items = moved.readUInt16BE(at + 6)
  // Version 1 says behind the item's number whether it is in the file (0) or in `meta` itself, where nothing moves.
  const hasMethod = moved[at] !== 0
  let entry = at + 8
  for (let item = 0; item < items; item++) {
    const base = entry + (hasMethod ? 6 : 4)
    const isInFile = !hasMethod || moved.readUInt16BE(entry + 2) === 0
    if (isInFile) moved.writeUInt32BE(moved.readUInt32BE(base) + bytes, base)
    entry = base + 6 + moved.readUInt16BE(base + 4) * 8
  }
  return moved
}
