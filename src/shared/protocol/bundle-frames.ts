/**
 * The body of a bundle: for each file the length of its head (32 bits, big-endian), its head (JSON in UTF-8), and its bytes,
 * as many as the head's `fileSize` says. Nothing between the files, nothing behind the last.
 * Knows neither Node nor the DOM.
 */
import { type BundleLimits, type OfferedFile, offeredFileSchema } from './bundles.ts'
import { UploadError } from './errors.ts'

export const bundleType = 'application/vnd.photoferry.bundle'

/** A head is a path of 1 KiB, of which each byte may be escaped, and some numbers, bytes. */
const maxHeadBytes = 16 * 1024
const lengthBytes = 4

/** What goes in front of a file's bytes. */
export function frameHead(file: OfferedFile): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify(file))
  const frame = new Uint8Array(lengthBytes + head.length)
  new DataView(frame.buffer).setUint32(0, head.length)
  frame.set(head, lengthBytes)
  return frame
}

/** A file that has arrived whole; its digests are not checked yet. */
export interface ReceivedFile {
  readonly file: OfferedFile
  /** In the pieces in which they came, together `fileSize` bytes. */
  readonly pieces: readonly Uint8Array[]
}

/** Divides a bundle's body into its files while it arrives. It holds the bytes of one file at most. */
export class BundleReader {
  readonly #limits: BundleLimits
  readonly #onFile: (received: ReceivedFile) => void
  #pieces: Uint8Array[] = []
  #held = 0
  #total = 0
  #files = 0
  /** Bytes that make up the part that is being received. */
  #wanted = lengthBytes
  #part: 'length' | 'head' | 'bytes' = 'length'
  #file: OfferedFile | undefined

  /** @param onFile called for each file as soon as it is whole */
  constructor(limits: BundleLimits, onFile: (received: ReceivedFile) => void) {
    this.#limits = limits
    this.#onFile = onFile
  }

  /** @throws UploadError `bad-request` for a body that is no bundle or exceeds the limits */
  push(piece: Uint8Array): void {
    this.#total += piece.length
    if (this.#total > this.#limits.bytes) throw invalid(`it has more than ${this.#limits.bytes} bytes`)
    let rest = piece
    while (rest.length > 0) {
      const taken = rest.subarray(0, this.#wanted - this.#held)
      this.#pieces.push(taken)
      this.#held += taken.length
      rest = rest.subarray(taken.length)
      this.#endParts()
    }
  }

  /** The body has ended. @throws UploadError `bad-request` when that was in the middle of a file */
  end(): void {
    if (this.#part !== 'length' || this.#held > 0) throw invalid('it ends in the middle of a file')
    if (this.#files === 0) throw invalid('it has no file')
  }

  /** Ends the part that is complete, and with it a file that has no bytes. */
  #endParts(): void {
    while (this.#held === this.#wanted) {
      const pieces = this.#pieces
      this.#pieces = []
      this.#held = 0
      if (this.#part === 'length') this.#begin('head', headLength(pieces))
      else if (this.#part === 'head') this.#begin('bytes', this.#readHead(pieces))
      else this.#endFile(pieces)
    }
  }

  #begin(part: 'head' | 'bytes', wanted: number): void {
    this.#part = part
    this.#wanted = wanted
  }

  #readHead(pieces: readonly Uint8Array[]): number {
    const parsed = offeredFileSchema.safeParse(parseHead(joined(pieces)))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw invalid(`the head of file ${this.#files + 1}: ${issue?.path.join('.')} ${issue?.message}`)
    }
    const { fileBytes, files } = this.#limits
    this.#files += 1
    if (this.#files > files) throw invalid(`it has more than ${files} files`)
    if (parsed.data.fileSize > fileBytes)
      throw invalid(`file ${this.#files} has more than ${fileBytes} bytes`)
    this.#file = parsed.data
    return parsed.data.fileSize
  }

  #endFile(pieces: readonly Uint8Array[]): void {
    this.#part = 'length'
    this.#wanted = lengthBytes
    if (this.#file) this.#onFile({ file: this.#file, pieces })
    this.#file = undefined
  }
}

function headLength(pieces: readonly Uint8Array[]): number {
  const bytes = joined(pieces)
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  if (length === 0 || length > maxHeadBytes) throw invalid(`a head of ${length} bytes`)
  return length
}

function parseHead(bytes: Uint8Array): unknown {
  try {
    // Invalid UTF-8 is refused, not repaired: two different names would become the same.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw invalid('a head is not JSON in UTF-8')
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const [only] = pieces
  if (pieces.length === 1 && only) return only
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  return whole
}

/** @param what is wrong with it, part of a sentence */
function invalid(what: string): UploadError {
  return new UploadError('bad-request', `The bundle is invalid: ${what}.`)
}
