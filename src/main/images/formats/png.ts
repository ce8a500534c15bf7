/** Keeps a PNG valid after bytes inside one of its chunks have changed. */
import { crc32 } from 'node:zlib'

const signature = '\x89PNG\r\n\x1a\n'

export function isPng(image: Buffer): boolean {
  return image.toString('latin1', 0, signature.length) === signature
}

/**
 * Rewrites the checksum behind a chunk, which covers its type and its content (PNG, 3rd edition, 5.3).
 * @param typeOffset where the chunk's type stands; its content's length stands in the 4 bytes before
 */
export function updateChunkChecksum(png: Buffer, typeOffset: number): void {
  const end = typeOffset + 4 + png.readUInt32BE(typeOffset - 4)
  png.writeUInt32BE(crc32(png.subarray(typeOffset, end)), end)
}
