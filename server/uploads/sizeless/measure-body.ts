/** Reads a body of unknown length: counts and hashes it on the way, and stops when the disk is full. */
import { createHash } from 'node:crypto'
import type { Uploads } from '../context.ts'
import type { ChunkBody } from '../receive-chunk.ts'
import { storageFull } from '../upload-errors.ts'

export interface Measured {
  /** Bytes. */
  readonly length: number
  /** Hex. */
  readonly sha256: string
}

export interface MeasureOptions {
  /** Throws when a body of so many bytes is too long; called for every piece. */
  refuseTooLong(bytes: number): void
  readonly signal?: AbortSignal | undefined
  /** The promise that it returns is waited for before the next piece is read. */
  onPiece?(piece: Uint8Array): Promise<void> | undefined
}

/** The free space is checked again after so many bytes. */
const checkEveryBytes = 16 * 1024 * 1024

/** @throws UploadError `storage-full`, what `refuseTooLong` throws, and the body's own errors */
export async function measureBody(
  uploads: Uploads,
  body: ChunkBody,
  options: MeasureOptions,
): Promise<Measured> {
  const hash = createHash('sha256')
  let length = 0
  let checkAt = 0
  const checkAndPassOn = async (piece: Uint8Array) => {
    checkAt = length + checkEveryBytes
    if ((await uploads.store.freeBytes()) < piece.length) throw storageFull()
    await options.onPiece?.(piece)
  }
  await body.read((piece) => {
    length += piece.length
    options.refuseTooLong(length)
    hash.update(piece)
    return options.onPiece !== undefined && length > checkAt
      ? checkAndPassOn(piece)
      : options.onPiece?.(piece)
  }, options.signal ?? new AbortController().signal)
  return { length, sha256: hash.digest('hex') }
}
