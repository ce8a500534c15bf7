/** The digest that travels with a chunk, as the header `Content-Digest` (RFC 9530). */
import { createHash } from 'node:crypto'
import { crc32c } from '@node-rs/crc32'
import type { ChunkDigest } from '../../shared/protocol/wire.ts'

/** Algorithm -> raw digest of a chunk. */
const rawDigests: Readonly<Record<ChunkDigest, (bytes: Buffer) => Buffer>> = {
  'sha-256': (bytes) => createHash('sha256').update(bytes).digest(),
  crc32c: (bytes) => {
    const digest = Buffer.alloc(4)
    digest.writeUInt32BE(crc32c(bytes))
    return digest
  },
}

/** @returns the header's value: `sha-256=:<base64 of 32 bytes>:`, or `crc32c=:<base64 of 4 bytes, big-endian>:` */
export function contentDigest(algorithm: ChunkDigest, bytes: Buffer): string {
  return `${algorithm}=:${rawDigests[algorithm](bytes).toString('base64')}:`
}
