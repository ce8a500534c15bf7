/** Reads a body whose length nobody told beforehand: counts and hashes it on the way, and keeps to the room that is left. */
import { createHash } from 'node:crypto'
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { Uploads } from '../context.ts'
import type { ChunkBody } from '../receive-chunk.ts'

export interface Measured {
  /** Bytes. */
  readonly length: number
  /** Hex. */
  readonly sha256: string
}

export interface MeasureOptions {
  /** Throws when a body of so many bytes is too long; asked at every piece. */
  refuseTooLong(bytes: number): void
  readonly signal?: AbortSignal | undefined
  /** A promise that it returns is waited for before the next piece. */
  onPiece?(piece: Uint8Array): Promise<void> | undefined
}

/** The room that is left is looked at again after so many bytes. */
const lookEveryBytes = 16 * 1024 * 1024

/** @throws UploadError `storage-full`, whatever `refuseTooLong` throws, and the body's own errors */
export async function measure(uploads: Uploads, body: ChunkBody, options: MeasureOptions): Promise<Measured> {
  const hash = createHash('sha256')
  let length = 0
  let lookAt = 0
  const take = async (piece: Uint8Array) => {
    lookAt = length + lookEveryBytes
    if ((await uploads.store.freeBytes()) < piece.length) {
      throw new UploadError('storage-full', 'The server has no room left. Free some space there.')
    }
    await options.onPiece?.(piece)
  }
  await body.read((piece) => {
    length += piece.length
    options.refuseTooLong(length)
    hash.update(piece)
    return options.onPiece !== undefined && length > lookAt ? take(piece) : options.onPiece?.(piece)
  }, options.signal ?? new AbortController().signal)
  return { length, sha256: hash.digest('hex') }
}

/** Bounds a body of which nothing else is known. @throws UploadError `file-too-large` */
export function refuseLargerThan(maxFileSize: number, bytes: number): void {
  if (bytes <= maxFileSize) return
  throw new UploadError('file-too-large', `The file is larger than ${maxFileSize} bytes, all that is taken.`)
}
