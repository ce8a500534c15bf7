/** The chunks of a PNG (PNG, 3rd edition, 5): where they are, and how they stay valid after bytes inside them have changed. */
import { crc32 } from 'node:zlib'
import type { Span } from './bytes.ts'

export interface PngChunk {
  /** Four letters. */
  readonly type: string
  /** Its content, without length, type and checksum. */
  readonly content: Span
}

const signature = '\x89PNG\r\n\x1a\n'
/** Length and type before the content, checksum behind it. */
const [headBytes, checksumBytes] = [8, 4]
const maxChunks = 1_000_000

export function isPng(image: Buffer): boolean {
  return image.toString('latin1', 0, signature.length) === signature
}

/** @returns the chunks up to IEND, or up to the first that does not fit into the file */
export function pngChunks(png: Buffer): PngChunk[] {
  const chunks: PngChunk[] = []
  let at = signature.length
  while (at + headBytes + checksumBytes <= png.length && chunks.length < maxChunks) {
    const length = png.readUInt32BE(at)
    const type = png.toString('latin1', at + 4, at + headBytes)
    if (at + headBytes + length + checksumBytes > png.length) break
    chunks.push({ type, content: { offset: at + headBytes, length } })
    if (type === 'IEND') break
    at += headBytes + length + checksumBytes
  }
  return chunks
}

/** Where the last chunk ends; anything behind it does not belong to the picture. */
export function endOfPng(chunks: readonly PngChunk[]): number {
  const last = chunks.at(-1)
  return last ? last.content.offset + last.content.length + checksumBytes : signature.length
}

/** Rewrites the checksum behind a chunk, which covers its type and its content (PNG, 3rd edition, 5.3). */
export function updateChunkChecksum(png: Buffer, { offset, length }: Span): void {
  png.writeUInt32BE(crc32(png.subarray(offset - 4, offset + length)), offset + length)
}

export function pngChunk(type: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat([Buffer.alloc(4), Buffer.from(type, 'latin1'), ...content, Buffer.alloc(4)])
  const length = body.length - headBytes - checksumBytes
  body.writeUInt32BE(length)
  updateChunkChecksum(body, { offset: headBytes, length })
  return body
}

/** @param content of the chunk that goes. @returns a new file */
export function replaceChunk(png: Buffer, { offset, length }: Span, chunk: Buffer): Buffer {
  return Buffer.concat([
    png.subarray(0, offset - headBytes),
    chunk,
    png.subarray(offset + length + checksumBytes),
  ])
}
