/** Counts a drop file by file: in main for paths, in the page for files that are dropped onto it. No side effects. */
import { fileGroups, kindOf } from './file-kinds.ts'
import { photoFormats } from './presets.ts'
import type { Skip, SkipReason } from './skip-rules.ts'
import {
  type Amount,
  type DropSurvey,
  type LeftOut,
  mostNames,
  type Named,
  type NamedProblem,
} from './survey.ts'

export interface SurveyedFile {
  /** Parts joined by `/`. */
  readonly relativePath: string
  /** Bytes. */
  readonly size: number
}

class NamedTally implements Named {
  files = 0
  bytes = 0
  readonly names: string[] = []

  add({ relativePath, size }: SurveyedFile): void {
    this.files++
    this.bytes += size
    if (this.names.length < mostNames) this.names.push(relativePath)
  }
}

/** Counts what is left out as litter. */
export class LeftOutTally implements LeftOut {
  entries = 0
  readonly names: string[] = []

  /** @param relativePath of a file or folder, inside the drop */
  add(relativePath: string): void {
    this.entries++
    if (this.names.length < mostNames) this.names.push(relativePath)
  }
}

interface TallyOptions {
  readonly name: string
  readonly skip: Skip
  /** Bytes; null for none. */
  readonly maxFileSize: number | null
  /** Whether it is known which files are on the list. */
  readonly knowsList: boolean
  /** What is left out; it may grow while files are counted. */
  readonly leftOut: LeftOut
}

/** Counts a drop file by file; `snapshot` can be asked for at any time. */
export class SurveyTally {
  phase: DropSurvey['phase'] = 'reading'
  readonly #options: TallyOptions
  readonly #total = { files: 0, bytes: 0 }
  readonly #groups = recordOf(fileGroups, () => ({ files: 0, bytes: 0 }))
  readonly #formats = recordOf(photoFormats, () => ({ files: 0, bytes: 0, overLimit: new NamedTally() }))
  readonly #overLimit = new NamedTally()
  readonly #empty = new NamedTally()
  readonly #duplicates = new NamedTally()
  readonly #skipped = new Map<string, { readonly reason: SkipReason; readonly tally: NamedTally }>()
  readonly #known = { waiting: 0, finished: 0 }
  readonly #problems: NamedProblem[] = []
  #unreadable = 0

  constructor(options: TallyOptions) {
    this.#options = options
  }

  /** All that may be sent so far. */
  get total(): Amount {
    return this.#total
  }

  /** @returns whether the file may be sent, and so be compared with others */
  add(file: SurveyedFile, known: 'waiting' | 'finished' | null = null): boolean {
    const reason = this.#options.skip(file)
    if (reason !== null) {
      this.#skip(file, reason)
      return false
    }
    if (known !== null) this.#known[known]++
    count(this.#total, file)
    count(this.#groups[kindOf(file.relativePath).group], file)
    if (file.size === 0) this.#empty.add(file)
    this.#addFormat(file)
    return true
  }

  addUnreadable(problem: NamedProblem): void {
    this.#unreadable++
    if (this.#problems.length < mostNames) this.#problems.push(problem)
  }

  addDuplicate(file: SurveyedFile): void {
    this.#duplicates.add(file)
  }

  snapshot(): DropSurvey {
    return structuredClone({
      phase: this.phase,
      name: this.#options.name,
      total: this.#total,
      groups: this.#groups,
      formats: this.#formats,
      overLimit: this.#overLimit,
      leftOut: { ...this.#options.leftOut },
      empty: this.#empty,
      skipped: [...this.#skipped.values()].map(({ reason, tally }) => ({ ...tally, reason })),
      unreadable: { files: this.#unreadable, problems: this.#problems },
      duplicates: this.#duplicates,
      known: this.#options.knowsList ? this.#known : null,
    })
  }

  #addFormat(file: SurveyedFile): void {
    const { maxFileSize } = this.#options
    const isOver = maxFileSize !== null && file.size > maxFileSize
    const { format } = kindOf(file.relativePath)
    if (format !== null) count(this.#formats[format], file)
    if (isOver) (format === null ? this.#overLimit : this.#formats[format].overLimit).add(file)
  }

  #skip(file: SurveyedFile, reason: SkipReason): void {
    const key = JSON.stringify(reason)
    const entry = this.#skipped.get(key) ?? { reason, tally: new NamedTally() }
    entry.tally.add(file)
    this.#skipped.set(key, entry)
  }
}

function count(amount: { files: number; bytes: number }, { size }: SurveyedFile): void {
  amount.files++
  amount.bytes += size
}

function recordOf<Key extends string, Value>(keys: readonly Key[], make: () => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, make()])) as Record<Key, Value>
}
