/** The boxes of an ISO base media file that is in memory (ISO/IEC 14496-12, 4.2). */
import type { Span } from '../bytes.ts'

export interface FileBox {
  readonly type: string
  /** Without its header; of a full box, version and flags come first. */
  readonly content: Span
  /** With its header. */
  readonly whole: Span
}

/** No file that is a picture has more side by side. */
const maxBoxes = 20_000

/** The boxes side by side in a part of a file; stops at the first that is not a box. */
export function fileBoxes(file: Buffer, { offset, length }: Span): FileBox[] {
  const boxes: FileBox[] = []
  const end = Math.min(file.length, offset + length)
  let at = offset
  while (at + 8 <= end && boxes.length < maxBoxes) {
    const short = file.readUInt32BE(at)
    const isLong = short === 1 && at + 16 <= end
    const head = isLong ? 16 : 8
    const size = isLong ? Number(file.readBigUInt64BE(at + 8)) : short === 0 ? end - at : short
    if (size < head || at + size > end) break
    const type = file.toString('latin1', at + 4, at + 8)
    boxes.push({
      type,
      content: { offset: at + head, length: size - head },
      whole: { offset: at, length: size },
    })
    at += size
  }
  return boxes
}

/** Reads numbers of a box one after another; beyond its end they are 0, and `exhausted` says so. */
export class BoxReader {
  readonly #file: Buffer
  readonly #end: number
  #at: number
  exhausted = false

  constructor(file: Buffer, { offset, length }: Span) {
    this.#file = file
    this.#at = offset
    this.#end = Math.min(file.length, offset + length)
  }

  /** @param bytes 0, 1, 2, 3, 4 or 8; 0 bytes are a 0 */
  number(bytes: number): number {
    if (bytes === 0) return 0
    if (this.#at + bytes > this.#end) {
      this.exhausted = true
      return 0
    }
    const value =
      bytes === 8 ? Number(this.#file.readBigUInt64BE(this.#at)) : this.#file.readUIntBE(this.#at, bytes)
    this.#at += bytes
    return value
  }

  /** Text of a fixed length. */
  letters(length: number): string {
    const text = this.#file.toString('latin1', this.#at, Math.min(this.#end, this.#at + length))
    this.#at += length
    if (this.#at > this.#end) this.exhausted = true
    return text
  }

  /** Text up to a zero byte, which is skipped. */
  text(): string {
    const found = this.#file.indexOf(0, this.#at)
    const end = found < 0 || found > this.#end ? this.#end : found
    const text = this.#file.toString('latin1', this.#at, end)
    this.#at = Math.min(this.#end, end + 1)
    return text
  }

  /** What has not been read yet. */
  rest(): Span {
    return { offset: this.#at, length: Math.max(0, this.#end - this.#at) }
  }
}
