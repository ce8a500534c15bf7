/** How many more files may start: large ones one by one, small ones as many as bundles can carry. No side effects elsewhere. */
import { availableParallelism } from 'node:os'
import type { UploadItem } from '../../shared/upload.ts'

/** Photos that may be converted, or wait for their turn to be sent, beyond the files that are being sent. */
const ahead = availableParallelism()
/** Small files on their way at most: enough for the offers of a long line, and for the bundles behind them. */
const mostSmall = { files: 1_000, bytes: 16 * 1024 * 1024 }

/** What is in progress. */
export interface InProgress {
  /** Files that take a turn each. */
  readonly single: number
  /** Files that travel together, and their bytes. */
  readonly small: { readonly files: number; readonly bytes: number }
  /** Whether folders are being read: small files may be found yet. */
  readonly isReading: boolean
}

export class Room {
  #single: number
  #smallFiles: number
  #smallBytes: number
  readonly #travelsTogether: (item: UploadItem) => boolean
  /** Whether no turn is kept for bundles yet, and one may be: with a single turn they wait for it as files do. */
  readonly #mayKeepTurn: boolean
  /** The last file that was to have a turn for itself, and whether small ones are to start too. */
  #lastSingle: UploadItem | null = null
  #startsSmall: boolean

  /**
   * @param atOnce files on their way to a server at most; a bundle counts as one
   * @param travelsTogether whether a file may travel in a bundle
   */
  constructor(
    atOnce: number,
    { single, small, isReading }: InProgress,
    travelsTogether: (item: UploadItem) => boolean,
  ) {
    // One turn stays free for bundles, so that some huge files do not keep a thousand small ones waiting.
    const forBundles = small.files > 0 && atOnce > 1 ? 1 : 0
    this.#startsSmall = isReading
    this.#mayKeepTurn = forBundles === 0 && atOnce > 1
    this.#single = atOnce - forBundles - single
    this.#smallFiles = mostSmall.files - small.files
    this.#smallBytes = mostSmall.bytes - small.bytes
    this.#travelsTogether = travelsTogether
  }

  /** Whether nothing more may start, of whatever kind. */
  get isFull(): boolean {
    return this.#single + ahead <= 0 && (this.#smallFiles <= 0 || this.#smallBytes <= 0)
  }

  /** Whether the file may start; if so, its place is taken. */
  take(item: UploadItem): boolean {
    if (this.#travelsTogether(item)) {
      if (this.#smallFiles <= 0 || this.#smallBytes <= 0) return false
      this.#smallFiles -= 1
      this.#smallBytes -= item.size
      this.#startsSmall = true
      return true
    }
    // Those that are to be converted may run ahead, so that every core has one to convert while others are sent.
    if (this.#single + (item.preset === null ? 0 : ahead) <= 0) return false
    this.#single -= 1
    this.#lastSingle = item
    return true
  }

  /** The file that gives its place back: huge ones have every turn, and small ones behind them are to start too, or may be found. */
  get standsBack(): UploadItem | null {
    return this.#mayKeepTurn && this.#startsSmall && this.#single <= 0 ? this.#lastSingle : null
  }
}
