/** The chunks of a WebP, which is a RIFF file (RFC 9649, 2.3). */
import type { Span } from './bytes.ts'

export interface RiffChunk {
  /** Four letters, the last of which may be a space. */
  readonly type: string
  readonly content: Span
}

const fileHeadBytes = 12
const chunkHeadBytes = 8
const maxChunks = 100_000

/** @returns the chunks side by side, up to the first that does not fit into the file; none for another file */
export function riffChunks(file: Buffer): RiffChunk[] {
  if (file.length < fileHeadBytes || file.toString('latin1', 8, 12) !== 'WEBP') return []
  const chunks: RiffChunk[] = []
  const end = Math.min(file.length, 8 + file.readUInt32LE(4))
  let at = fileHeadBytes
  while (at + chunkHeadBytes <= end && chunks.length < maxChunks) {
    const length = file.readUInt32LE(at + 4)
    if (at + chunkHeadBytes + length > end) break
    const type = file.toString('latin1', at, at + 4)
    chunks.push({ type, content: { offset: at + chunkHeadBytes, length } })
    at += chunkHeadBytes + length + (length % 2)
  }
  return chunks
}
