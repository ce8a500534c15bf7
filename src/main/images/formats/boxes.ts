/** Walks the boxes of an ISO base media file (ISO/IEC 14496-12), which Canon's CR3 is. Bounded. */
import { type Bytes, type Span, within } from './bytes.ts'

export interface Box {
  readonly type: string
  /** What a `uuid` box is for, 32 hex digits; empty for others. */
  readonly uuid: string
  /** The box's content, without its header. */
  readonly content: Bytes
}

const maxBoxes = 200
const uuidBytes = 16

/** The boxes that lie side by side in some bytes; ends at the first that is none. */
export async function boxesIn(bytes: Bytes): Promise<Box[]> {
  const boxes: Box[] = []
  let at = 0
  while (at + 8 <= bytes.size && boxes.length < maxBoxes) {
    const head = await bytes.read(at, Math.min(16 + uuidBytes, bytes.size - at))
    const type = head.toString('latin1', 4, 8)
    const span = spanOf(head, at, bytes.size)
    if (span === null) break
    const isUuid = type === 'uuid' && span.length >= uuidBytes
    const uuid = isUuid ? head.toString('hex', span.offset - at, span.offset - at + uuidBytes) : ''
    const skipped = isUuid ? uuidBytes : 0
    const content = { offset: span.offset + skipped, length: span.length - skipped }
    boxes.push({ type, uuid, content: within(bytes, content) })
    at = span.offset + span.length
  }
  return boxes
}

/** Where a box's content lies; null when its length is impossible. */
function spanOf(head: Buffer, at: number, size: number): Span | null {
  const short = head.readUInt32BE(0)
  const isLong = short === 1 && head.length >= 16
  const header = isLong ? 16 : 8
  const length = isLong ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short
  return length >= header && at + length <= size ? { offset: at + header, length: length - header } : null
}
