/** Looks a drop over before anything of it is added: counts it by kind, finds what cannot be read and what is doubled. */
import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import type { Skip } from '../../shared/skip-rules.ts'
import type { Amount, DropSurvey } from '../../shared/survey.ts'
import { SurveyTally } from '../../shared/survey-tally.ts'
import { endsDigest } from './ends-digest.ts'
import { type Find, type FoundFile, scan } from './scan.ts'
import { fileAccessError } from './source-file.ts'

export interface SurveyOptions {
  readonly name: string
  /** Absolute paths of files and folders. */
  readonly paths: readonly string[]
  readonly skip: Skip
  /** Bytes; null for none. */
  readonly maxFileSize: number | null
  /** Whether a file is on the list, unfinished or finished; null where nobody knows. */
  readonly known: ((sourcePath: string) => 'waiting' | 'finished' | null) | null
}

/** Hides the latency of network disks without flooding them. */
const atOnce = 32

export class Survey {
  readonly #options: SurveyOptions
  readonly #tally: SurveyTally
  /** Bytes -> files of that size. */
  readonly #bySize = new Map<number, FoundFile[]>()

  constructor(options: SurveyOptions) {
    this.#options = options
    this.#tally = new SurveyTally({ ...options, knowsList: options.known !== null })
  }

  /** As far as it has come. */
  get found(): DropSurvey {
    return this.#tally.snapshot()
  }

  /** Files and bytes so far. */
  get total(): Amount {
    return this.#tally.total
  }

  /**
   * Reads names and sizes to the end.
   * @throws the signal's reason
   */
  async read(signal: AbortSignal): Promise<void> {
    let some: Find[] = []
    for (const path of this.#options.paths) {
      for await (const find of scan(path)) {
        signal.throwIfAborted()
        some.push(find)
        if (some.length < atOnce) continue
        await this.#lookAt(some)
        some = []
      }
    }
    await this.#lookAt(some)
    this.#tally.phase = 'comparing'
  }

  /**
   * Tells apart what has the same size, once all is read.
   * @throws the signal's reason
   */
  async compare(signal: AbortSignal): Promise<void> {
    for (const [size, files] of this.#bySize) {
      this.#bySize.delete(size)
      if (files.length > 1) await this.#compareAll(files, signal)
    }
    this.#tally.phase = 'ready'
  }

  async #lookAt(finds: readonly Find[]): Promise<void> {
    const looked = await Promise.all(finds.map(withAccess))
    for (const find of looked) {
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
      // What cannot be read now will say so when its turn comes.
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
