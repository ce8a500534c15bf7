/** Bounded access to the bytes of a photo: whatever offsets a hostile file names, little is read and nothing outside it. */
import type { FileHandle } from 'node:fs/promises'

export interface Bytes {
  readonly size: number
  /**
   * @param offset from the start of these bytes
   * @throws MalformedPhoto when the range does not lie inside, or more was asked for than any honest photo needs
   */
  read(offset: number, length: number): Promise<Buffer>
}

/** A range of some bytes. */
export interface Span {
  readonly offset: number
  readonly length: number
}

/** The file is not built as its kind should be. */
export class MalformedPhoto extends Error {
  override readonly name = 'MalformedPhoto'
}

/** For `catch`: the value in its place where the file is at fault; throws anew whatever is not the file's own fault. */
export function valueIfMalformed<Value>(instead: Value): (thrown: unknown) => Value {
  return (thrown) => {
    if (thrown instanceof MalformedPhoto) return instead
    throw thrown
  }
}

/** A preview or an EXIF block at most; no camera writes larger ones. */
const maxReadBytes = 64 * 2 ** 20
/** Of all reads of one file: the structure of the most talkative camera takes a few hundred. */
const maxReads = 4_000

export function fileBytes(handle: FileHandle, size: number): Bytes {
  let reads = 0
  return {
    size,
    read: async (offset, length) => {
      assertInside(size, offset, length)
      if (++reads > maxReads) throw new MalformedPhoto(`more than ${maxReads} reads`)
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
      if (bytesRead < length) throw new MalformedPhoto('it became shorter while it was read')
      return buffer
    },
  }
}

export function bufferBytes(buffer: Buffer): Bytes {
  return {
    size: buffer.length,
    read: async (offset, length) => {
      assertInside(buffer.length, offset, length)
      return buffer.subarray(offset, offset + length)
    },
  }
}

/**
 * The bytes of a range, with offsets counted from its start.
 * @throws MalformedPhoto when the range does not lie inside
 */
export function within(bytes: Bytes, { offset, length }: Span): Bytes {
  assertInside(bytes.size, offset, 0)
  const size = Math.min(length, bytes.size - offset)
  return {
    size,
    read: async (start, count) => {
      assertInside(size, start, count)
      return bytes.read(offset + start, count)
    },
  }
}

function assertInside(size: number, offset: number, length: number): void {
  const isInside = offset >= 0 && length >= 0 && offset + length <= size && length <= maxReadBytes
  if (!isInside) throw new MalformedPhoto(`${length} bytes at ${offset} of ${size}`)
}
