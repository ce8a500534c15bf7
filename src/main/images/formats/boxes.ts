/** Reads the boxes of an ISO base media file (ISO BMFF, ISO/IEC 14496-12), which Canon's CR3 is. Bounded. */
import { type Bytes, type Span, within } from './bytes.ts'

export interface Box {
  readonly type: string
  /** The extended type of a `uuid` box, 32 hex digits; empty for other boxes. */
  readonly uuid: string
  /** The box's content, without its header. */
  readonly content: Bytes
  /** Offset behind the box, in the bytes that it was found in. */
  readonly end: number
}

const maxBoxes = 200
const uuidBytes = 16

/** The boxes side by side in `bytes`; stops at the first that is not a box. */
export async function boxesIn(bytes: Bytes): Promise<Box[]> {
  const boxes: Box[] = []
  let offset = 0
  while (offset + 8 <= bytes.size && boxes.length < maxBoxes) {
    const head = await bytes.read(offset, Math.min(16 + uuidBytes, bytes.size - offset))
    const type = head.toString('latin1', 4, 8)
    const span = contentSpan(head, offset, bytes.size)
    if (span === null) break
    const isUuid = type === 'uuid' && span.length >= uuidBytes
    const uuid = isUuid ? head.toString('hex', span.offset - offset, span.offset - offset + uuidBytes) : ''
    const skipped = isUuid ? uuidBytes : 0
    const content = { offset: span.offset + skipped, length: span.length - skipped }
    offset = span.offset + span.length
    boxes.push({ type, uuid, content: within(bytes, content), end: offset })
  }
  return boxes
}

/**
 * Where a box's content is; null if its length is impossible. Length 1 stands for one of 64 bits behind the type, 0 for
 * all the rest (ISO/IEC 14496-12, 4.2).
 */
function contentSpan(head: Buffer, offset: number, size: number): Span | null {
  const short = head.readUInt32BE(0)
  const isLong = short === 1 && head.length >= 16
  const header = isLong ? 16 : 8
  const length = isLong ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - offset : short
  if (length < header || offset + length > size) return null
  return { offset: offset + header, length: length - header }
}
