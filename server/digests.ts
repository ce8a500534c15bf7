/** The digests of the protocol, computed as bytes pass by: of a whole file, and of a chunk in the algorithm that is asked for. */
import { createHash, type Hash } from 'node:crypto'
import { crc32c } from '@node-rs/crc32'
import { type ChunkDigest, chunkDigests } from '../src/shared/protocol/wire.ts'

/** Of a whole file, in lowercase hex. The SHA-256 says which files are the same; the MD5 is what older clients know. */
export interface FileDigests {
  readonly md5: string
  readonly sha256: string
}

/** What a client states about a file: any of its digests, or none. */
export interface StatedDigests {
  readonly md5?: string | undefined
  readonly sha256?: string | undefined
}

/** Whether two statements about a file can both be true: no digest that both have differs. */
export function agree(one: StatedDigests, other: StatedDigests): boolean {
  const differs = (a: string | undefined, b: string | undefined) =>
    a !== undefined && b !== undefined && a !== b
  return !differs(one.md5, other.md5) && !differs(one.sha256, other.sha256)
}

/** Both digests of a file, in one pass over its bytes. */
export class FileHash {
  readonly #md5: Hash
  readonly #sha256: Hash

  constructor(md5 = createHash('md5'), sha256 = createHash('sha256')) {
    this.#md5 = md5
    this.#sha256 = sha256
  }

  update(piece: Uint8Array): void {
    this.#md5.update(piece)
    this.#sha256.update(piece)
  }

  /** Of all bytes so far; call it once. */
  digests(): FileDigests {
    return { md5: this.#md5.digest('hex'), sha256: this.#sha256.digest('hex') }
  }

  /** A snapshot, which later bytes do not change. */
  copy(): FileHash {
    return new FileHash(this.#md5.copy(), this.#sha256.copy())
  }
}

/** The digest of a chunk, computed piece by piece. */
export interface ChunkHash {
  update(piece: Uint8Array): void
  /** `<algorithm>:<lowercase hex>`, as the ledger keeps it; call it once. */
  digest(): string
  /** A snapshot, which later bytes do not change. */
  copy(): ChunkHash
}

export function createChunkHash(algorithm: ChunkDigest): ChunkHash {
  return algorithm === 'crc32c' ? new Crc32cHash() : new Sha256Hash()
}

/** `<algorithm>:<lowercase hex>` */
export function namedDigest(algorithm: ChunkDigest, hex: string): string {
  return `${algorithm}:${hex}`
}

/** The algorithm in front of a chunk's digest. @throws Error for a digest of a newer version */
export function algorithmOf(digest: string): ChunkDigest {
  const algorithm = chunkDigests.find((name) => digest.startsWith(`${name}:`))
  if (algorithm === undefined) throw new Error(`unknown digest ${digest}`)
  return algorithm
}

/** The digest of an empty chunk. */
export function digestOfNothing(algorithm: ChunkDigest): string {
  return createChunkHash(algorithm).digest()
}

class Sha256Hash implements ChunkHash {
  readonly #hash: Hash

  constructor(hash = createHash('sha256')) {
    this.#hash = hash
  }

  update(piece: Uint8Array): void {
    this.#hash.update(piece)
  }

  digest(): string {
    return namedDigest('sha-256', this.#hash.digest('hex'))
  }

  copy(): ChunkHash {
    return new Sha256Hash(this.#hash.copy())
  }
}

class Crc32cHash implements ChunkHash {
  #state: number

  constructor(state = 0) {
    this.#state = state
  }

  update(piece: Uint8Array): void {
    this.#state = crc32c(piece, this.#state)
  }

  digest(): string {
    return namedDigest('crc32c', this.#state.toString(16).padStart(8, '0'))
  }

  copy(): ChunkHash {
    return new Crc32cHash(this.#state)
  }
}
