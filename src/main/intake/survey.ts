/** Surveys a drop: counts its files by kind, finds what can't be read and what is there twice. Fed with the finds of one scan. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import type { Skip } from '../../shared/skip-rules.ts'
import type { Amount, DropSurvey } from '../../shared/survey.ts'
import { SurveyTally } from '../../shared/survey-tally.ts'
import { endsDigest } from './duplicates.ts'
import type { Find, FoundFile } from './scan.ts'
import type { SharedScan } from './shared-scan.ts'
import { fileAccessError } from './source-file.ts'

export interface SurveyOptions {
  readonly name: string
  readonly scan: SharedScan
  readonly skip: Skip
  /** Bytes; null for none. */
  readonly maxFileSize: number | null
  /** Whether a file is on the list, unfinished or finished; null where nobody knows. */
  readonly known: ((sourcePath: string) => 'waiting' | 'finished' | null) | null
}

/** Files checked at once: hides the latency of network disks without flooding them. */
const atOnce = 32

export class Survey {
  readonly #options: SurveyOptions
  readonly #tally: SurveyTally
  /** Bytes -> files of that size. */
  readonly #bySize = new Map<number, FoundFile[]>()

  constructor(options: SurveyOptions) {
    this.#options = options
    const { scan, known } = options
    this.#tally = new SurveyTally({ ...options, knowsList: known !== null, leftOut: scan.leftOut })
  }

  /** What was found so far. */
  get found(): DropSurvey {
    return this.#tally.snapshot()
  }

  /** Files and bytes so far. */
  get total(): Amount {
    return this.#tally.total
  }

  /**
   * Counts all finds of the scan.
   * @throws the signal's reason
   */
  async read(signal: AbortSignal): Promise<void> {
    for await (const finds of this.#options.scan.groups()) {
      for (let start = 0; start < finds.length; start += atOnce) {
        signal.throwIfAborted()
        await this.#add(finds.slice(start, start + atOnce))
      }
    }
    signal.throwIfAborted()
    this.#tally.phase = 'comparing'
  }

  /**
   * Compares files of the same size, once all is read.
   * @throws the signal's reason
   */
  async compare(signal: AbortSignal): Promise<void> {
    for (const [size, files] of this.#bySize) {
      this.#bySize.delete(size)
      if (files.length > 1) await this.#compareAll(files, signal)
    }
    this.#tally.phase = 'ready'
  }

  async #add(finds: readonly Find[]): Promise<void> {
    for (const find of await Promise.all(finds.map(withAccess))) {
      const { relativePath } = find
      if (find.kind === 'problem') this.#tally.addUnreadable({ relativePath, error: find.error.info })
      else this.#addFile(find)
    }
  }

  #addFile(file: FoundFile): void {
    const isGoing = this.#tally.add(file, this.#options.known?.(file.sourcePath) ?? null)
    if (!isGoing || file.size === 0) return
    const sameSize = this.#bySize.get(file.size)
    if (sameSize === undefined) this.#bySize.set(file.size, [file])
    else sameSize.push(file)
  }

  async #compareAll(files: readonly FoundFile[], signal: AbortSignal): Promise<void> {
    const seen = new Set<string>()
    for (let start = 0; start < files.length; start += atOnce) {
      signal.throwIfAborted()
      const some = files.slice(start, start + atOnce)
      // What can't be read now is reported when its turn comes.
      const digests = await Promise.all(some.map((file) => endsDigest(file).catch(() => null)))
      for (const [index, digest] of digests.entries()) {
        const file = some[index]
        if (file && digest !== null && seen.has(digest)) this.#tally.addDuplicate(file)
        else if (digest !== null) seen.add(digest)
      }
    }
  }
}

/** A file that may not be opened is found out now rather than when its turn comes. */
async function withAccess(find: Find): Promise<Find> {
  if (find.kind === 'problem') return find
  try {
    await access(find.sourcePath, constants.R_OK)
    return find
  } catch (thrown) {
    const { sourcePath, relativePath } = find
    const errno = (thrown as NodeJS.ErrnoException).code ?? ''
    return { kind: 'problem', sourcePath, relativePath, error: fileAccessError(find, errno, thrown) }
  }
}
