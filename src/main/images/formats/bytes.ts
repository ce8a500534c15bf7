/** Bounded access to the bytes of a photo: whatever offsets a hostile file names, little is read and nothing outside the file. */
import type { FileHandle } from 'node:fs/promises'

export interface Bytes {
  readonly size: number
  /**
   * @param offset from the start of these bytes
   * @throws MalformedPhoto if the range does not lie inside, or is longer than any honest photo needs
   */
  read(offset: number, length: number): Promise<Buffer>
}

/** A range of some bytes. */
export interface Span {
  readonly offset: number
  readonly length: number
}

/** The file is not built as its format requires. */
export class MalformedPhoto extends Error {
  override readonly name = 'MalformedPhoto'
}

/** For `catch`: gives `fallback` if the file is malformed, and throws every other error again. */
export function valueIfMalformed<Value>(fallback: Value): (thrown: unknown) => Value {
  return (thrown) => {
    if (thrown instanceof MalformedPhoto) return fallback
    throw thrown
  }
}

/** Enough for a preview or an EXIF block; no camera writes larger ones. */
const maxReadBytes = 64 * 2 ** 20
/** Of one file: the structure of the most verbose camera takes a few hundred. */
const maxReads = 4_000

/** Fields lie side by side: one read of the disk serves those of a whole directory. */
const blockBytes = 32 << 10
/** Longer reads are pictures, of which nothing is asked twice. */
const maxShortRead = 4 << 10

/** Reads from an open file, which stays the caller's to close. What is read may be a view of what others have read. */
export function fileBytes(handle: FileHandle, size: number): Bytes {
  let reads = 0
  let block: { readonly start: number; readonly bytes: Buffer } | null = null
  const fromDisk = async (offset: number, length: number) => {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset)
    if (bytesRead < length) throw new MalformedPhoto('the file became shorter while it was read')
    return buffer
  }
  return {
    size,
    read: async (offset, length) => {
      assertInside(size, offset, length)
      if (++reads > maxReads) throw new MalformedPhoto(`more than ${maxReads} reads`)
      if (length > maxShortRead) return fromDisk(offset, length)
      if (block === null || offset < block.start || offset + length > block.start + block.bytes.length) {
        block = { start: offset, bytes: await fromDisk(offset, Math.min(blockBytes, size - offset)) }
      }
      return block.bytes.subarray(offset - block.start, offset - block.start + length)
    },
  }
}

/** What is read are views of `buffer`, not copies. */
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
 * The bytes of a range, with offsets counted from its start; a range that is too long ends with the bytes.
 * @throws MalformedPhoto if the range does not start inside
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
