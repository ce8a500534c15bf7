/**
 * How much of the disk uploads may still use. What is about to be written is reserved first, so that all writers together
 * never use what is kept free for the ledger, the system and other programs.
 */
import { UploadError } from '../../../src/shared/protocol/errors.ts'
import type { FileOperations } from './file-operations.ts'

/** The disk is asked again after so long; until then what was written since is subtracted. */
const freshMs = 1_000
/** Before anything is refused, it is asked again after so long: what was deleted meanwhile is room too. */
const refusalMs = 50
/** The reserve is at most one part in so many of the disk, so that small volumes stay usable. */
const reserveShare = 16
/** Files occupy whole blocks. */
const blockBytes = 4096

/** Room that one writer has for its bytes. */
export interface Reservation {
  /** Reserves room for more bytes. @throws UploadError `storage-full` */
  grow(bytes: number): Promise<void>
  /** So many of the reserved bytes are in the file now. */
  written(bytes: number): void
  /** Gives back what was not written; may be called again. */
  release(): void
}

interface Sample {
  readonly atMs: number
  /** Bytes that were written when the disk was asked. */
  readonly written: number
  /** Bytes free, without those that are kept. */
  readonly bytes: Promise<number>
}

export class FreeSpace {
  readonly #files: FileOperations
  readonly #folder: string
  readonly #kept: number
  #sample: Sample | undefined
  /** Bytes written since the start. */
  #written = 0
  /** Bytes reserved and not written yet. */
  #pending = 0

  /** @param kept bytes to keep free */
  constructor(files: FileOperations, folder: string, kept: number) {
    this.#files = files
    this.#folder = folder
    this.#kept = kept
  }

  /** Bytes that may still be used, without those that are kept; never below 0. */
  async bytes(): Promise<number> {
    return Math.max(0, await this.#bytes(freshMs))
  }

  /** Reserves room for one writer. @throws UploadError `storage-full` */
  async reserve(bytes: number): Promise<Reservation> {
    let left = 0
    const grow = async (more: number) => {
      const blocks = Math.ceil(more / blockBytes) * blockBytes
      let free = await this.#bytes(freshMs)
      if (blocks > free - this.#pending) free = await this.#bytes(refusalMs)
      // Nobody else reserves between this line and the next.
      if (blocks > free - this.#pending) throw full()
      this.#pending += blocks
      left += blocks
    }
    const written = (count: number) => {
      this.#pending -= Math.min(count, left)
      left -= Math.min(count, left)
      this.#written += count
    }
    const release = () => {
      this.#pending -= left
      left = 0
    }
    if (bytes > 0) await grow(bytes)
    return { grow, written, release }
  }

  /** @param ageMs how long ago the disk may have been asked, ms */
  async #bytes(ageMs: number): Promise<number> {
    const nowMs = performance.now()
    if (this.#sample === undefined || nowMs - this.#sample.atMs > ageMs) {
      const sample = { atMs: nowMs, written: this.#written, bytes: this.#ask() }
      this.#sample = sample
      // Failures are not kept.
      sample.bytes.catch(() => {
        if (this.#sample === sample) this.#sample = undefined
      })
    }
    const { bytes, written } = this.#sample
    return (await bytes) - (this.#written - written)
  }

  async #ask(): Promise<number> {
    const disk = await this.#files.statfs(this.#folder)
    const kept = Math.min(this.#kept, (disk.blocks * disk.bsize) / reserveShare)
    return disk.bavail * disk.bsize - kept
  }
}

function full(): UploadError {
  return new UploadError('storage-full', 'The server has no room left. Free some space there.')
}
